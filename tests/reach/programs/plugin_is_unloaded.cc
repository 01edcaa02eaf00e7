// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <unistd.h>

#include <string>

#include "twins.h"

static void call(void* plugin, const char* name) { reinterpret_cast<void (*)()>(dlsym(plugin, name))(); }

int main(int argc, char** argv) {
  const std::string self = argv[0];
  const std::string path = self.substr(0, self.rfind('/') + 1) + "plugin_with_state";
  usleep(200000);  // the map of loaded objects is read at most ten times a second
  void* plugin = dlopen(path.c_str(), RTLD_NOW);
  if (plugin == nullptr) return 1;
  call(plugin, "plugin_start");
  if (!is_bad(argc, argv)) call(plugin, "plugin_stop");
  dlclose(plugin);
}
