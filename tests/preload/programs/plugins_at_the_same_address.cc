// SPDX-License-Identifier: Apache-2.0
// dlopen, use, dlclose, over and over: the second plugin lies where the first one lay, with other frames. A cache of
// unwind rules by address walks off the stack, and a site keyed by addresses alone mixes two functions.
#include "expect.h"

#include "plugin_common.h"

#include <stdexcept>

int main() {
  int caught = 0, same_address = 0;
  void* previous = nullptr;
  for (int i = 0; i < 120; i++) {
    void* plugin = open_plugin(i % 2 == 0 ? "plugin_one" : "plugin_two", i % 3 == 0 ? RTLD_LAZY : RTLD_NOW);
    auto work = reinterpret_cast<int (*)(int)>(dlsym(plugin, "plugin_work"));
    Dl_info found{};
    dladdr(reinterpret_cast<void*>(work), &found);
    same_address += found.dli_fbase == previous;
    previous = found.dli_fbase;
    try {
      work(i % 12 + 1);
    } catch (const std::runtime_error& error) {
      caught += strcmp(error.what(), "from the plugin") == 0;
    }
    free(keep(malloc(kWitness + 1)));
    dlclose(plugin);
  }
  // Without a re-used address this program would show nothing.
  EXPECT(same_address > 20);
  printf("caught %d\n", caught);
  return g_broken_promises;
}
