// SPDX-License-Identifier: Apache-2.0
// atexit functions, on_exit, static destructors and a plugin's destructor allocate and free when everybody else has
// finished, some after leakwatch has written its last snapshot. Nothing may have been torn down.
#include "expect.h"

#include "plugin_common.h"

#include <map>
#include <string>

struct Dies {
  std::map<int, std::string> entries{{1, std::string(1000, 'x')}};
  ~Dies() {
    for (int i = 0; i < 200; i++) entries[i] = std::string(static_cast<size_t>(i) * 20, 'd');
    try {
      throw std::string("while dying");
    } catch (const std::string& text) {
      printf("%zu %s\n", entries.size(), text.c_str());
    }
  }
};
static Dies object;

static void at_exit() {
  for (int i = 0; i < 100; i++) free(keep(malloc(5000)));
  puts("atexit");
}

int main() {
  open_plugin("plugin_one", RTLD_NOW);
  atexit(at_exit);
  on_exit([](int status, void* block) { printf("on_exit %d\n", status), free(block); }, malloc(kWitness + 1));
  atexit([] { atexit(at_exit), free(keep(malloc(100))); });
  return 3;
}
