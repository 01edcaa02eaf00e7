// SPDX-License-Identifier: Apache-2.0
// RTLD_DEEPBIND binds a plugin's malloc and free to libc's, past every preload. Its blocks come back through our
// free unknown, and our sampled blocks vanish through its free.
#include "expect.h"

#include "plugin_common.h"

int main() {
  void* plugin = open_plugin("plugin_one", RTLD_NOW | RTLD_DEEPBIND);
  auto take = reinterpret_cast<void* (*)(size_t)>(dlsym(plugin, "plugin_malloc"));
  auto give = reinterpret_cast<void (*)(void*)>(dlsym(plugin, "plugin_free"));
  for (int i = 0; i < 200; i++) {
    free(keep(take(5000)));
    give(keep(malloc(5000)));
    give(keep(take(5000)));
    free(keep(realloc(keep(take(100)), 5000)));
  }
  keep(malloc(kWitness + 1));
  puts("done");
  return 0;
}
