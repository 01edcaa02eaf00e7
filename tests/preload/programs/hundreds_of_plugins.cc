// SPDX-License-Identifier: Apache-2.0
// Loads 300 plugins and keeps them, then loads and unloads 1,800 others: more than the table of objects has places for.
// Each allocates a block that is never freed; whatever has come and gone, the last ones must still have names. Each is
// a file of its own, since the loader knows a file again.
#include "expect.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "plugin_common.h"

static const std::string& bytes_of_plugin() {
  static const std::string bytes = [] {
    char path[PATH_MAX] = "";
    if (readlink("/proc/self/exe", path, sizeof path - 1) < 0) abort();
    std::string plugin = path;
    std::ifstream file(plugin.substr(0, plugin.rfind('/') + 1) + "plugin_one", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  return bytes;
}

static std::string g_folder;

static void* load(int number) {
  const std::string path = g_folder + "/plugin_" + std::to_string(number);
  std::ofstream(path, std::ios::binary) << bytes_of_plugin();
  void* plugin = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  unlink(path.c_str());
  if (plugin == nullptr) {
    puts(dlerror());
    exit(1);
  }
  return plugin;
}

static void leak_in(void* plugin, size_t size) {
  auto allocate = reinterpret_cast<void* (*)(size_t)>(dlsym(plugin, "plugin_malloc"));
  keep(allocate(keep_size(size)));
}

int main() {
  char folder[] = "/tmp/leakwatch-test-XXXXXX";
  if (mkdtemp(folder) == nullptr) return kSkipped;
  g_folder = folder;
  int number = 0;
  while (number < 300) leak_in(load(number++), kWitness + 1);
  for (int round = 0; round < 36; round++) {
    std::vector<void*> plugins;
    for (int i = 0; i < 50; i++) plugins.push_back(load(number++));
    leak_in(plugins.back(), 1000);
    for (void* plugin : plugins) dlclose(plugin);
  }
  while (number < 2150) leak_in(load(number++), kWitness + 2);
  rmdir(folder);
  printf("%d plugins\n", number);
  return g_broken_promises;
}
