// SPDX-License-Identifier: Apache-2.0
// dlmopen gives a plugin a libc of its own, and with it another heap. It works as it would without us, and that we
// see nothing of it is said.
#include "expect.h"
#include "plugin_common.h"

int main() {
  char path[PATH_MAX] = "";
  if (readlink("/proc/self/exe", path, sizeof path - 1) < 0) return 1;
  strcpy(strrchr(path, '/') + 1, "plugin_one");
  void* plugin = dlmopen(LM_ID_NEWLM, path, RTLD_NOW | RTLD_LOCAL);
  if (plugin == nullptr) {
    puts(dlerror());
    return kSkipped;
  }
  auto take = reinterpret_cast<void* (*)(size_t)>(dlsym(plugin, "plugin_malloc"));
  auto give = reinterpret_cast<void (*)(void*)>(dlsym(plugin, "plugin_free"));
  for (int i = 0; i < 200; i++) {
    give(keep(take(5000)));
    free(keep(malloc(5000)));
  }
  keep(malloc(kWitness + 1));
  puts("done");
  return 0;
}
