// flags: -shared -fPIC
// SPDX-License-Identifier: Apache-2.0
// A plugin whose destructor ends the process; see exit_inside_library_destructor.
#include <cstdlib>

#include <unistd.h>

__attribute__((destructor)) static void leave() {
  std::free(std::malloc(5000));
  _exit(9);
}
