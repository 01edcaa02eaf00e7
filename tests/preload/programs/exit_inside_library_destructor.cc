// SPDX-License-Identifier: Apache-2.0
// _exit(9) from a library's destructor while the process is already in exit(3): the status is 9, the snapshot is
// written once and whole, and nobody waits for a lock that the exit path holds.
#include "expect.h"

#include "plugin_common.h"

int main() {
  open_plugin("plugin_exits_in_destructor", RTLD_NOW);
  for (int i = 0; i < 3; i++) keep(malloc(kWitness + 1));
  puts("leaving");
  fflush(stdout);
  return 3;
}
