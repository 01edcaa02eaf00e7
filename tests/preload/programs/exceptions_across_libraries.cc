// SPDX-License-Identifier: Apache-2.0
// Exceptions thrown in a plugin and caught in the program, in several threads, while another thread loads and
// unloads a second plugin: throwing, loading and sampling all want the loader's list of objects.
#include "expect.h"

#include "plugin_common.h"

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

int main() {
  void* plugin = open_plugin("plugin_one", RTLD_NOW);
  auto work = reinterpret_cast<int (*)(int)>(dlsym(plugin, "plugin_work"));
  std::atomic<int> caught{0};
  std::atomic<bool> done{false};
  std::thread loads([&] {
    while (!done) dlclose(open_plugin("plugin_two", RTLD_LAZY));
  });
  std::vector<std::thread> throwing;
  for (int t = 0; t < 3; t++) {
    throwing.emplace_back([&] {
      for (int i = 0; i < 150; i++) {
        try {
          work(i % 10);
        } catch (const std::exception&) {
          caught++;
        }
      }
    });
  }
  for (auto& thread : throwing) thread.join();
  done = true;
  loads.join();
  printf("caught %d\n", caught.load());
  return 0;
}
