// SPDX-License-Identifier: Apache-2.0
// The snapshot signal again and again, to the process and to single threads, while four threads allocate, load
// plugins and throw. The files kept are as many as LEAKWATCH_KEEP says, and each can be read.
#include "expect.h"

#include "plugin_common.h"

#include <signal.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

int main() {
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  void* plugin = open_plugin("plugin_one", RTLD_NOW);
  auto work = reinterpret_cast<int (*)(int)>(dlsym(plugin, "plugin_work"));
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&, t] {
      for (int i = 0; !done; i++) {
        free(keep(malloc(static_cast<size_t>(i % 5000))));
        if (t == 0) dlclose(open_plugin("plugin_two", RTLD_LAZY));
        if (t == 1) {
          try {
            work(5);
          } catch (const std::exception&) {
          }
        }
      }
    });
  }
  for (int i = 0; i < 30; i++) {
    if (i % 2 == 0)
      kill(getpid(), SIGUSR2);
    else
      pthread_kill(threads[static_cast<size_t>(i) % 4].native_handle(), SIGUSR2);
    usleep(2000);
  }
  done = true;
  for (auto& thread : threads) thread.join();
  keep(malloc(kWitness + 1));
  puts("survived");
  return 0;
}
