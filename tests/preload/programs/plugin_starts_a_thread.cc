// flags: -shared -fPIC
// SPDX-License-Identifier: Apache-2.0
// A plugin whose constructor starts a thread and waits for it, all inside dlopen; see thread_inside_dlopen.
#include <cstdlib>
#include <string>
#include <thread>

static volatile size_t total;
__attribute__((constructor)) static void start_and_join() {
  std::thread([] {
    for (int i = 0; i < 200; i++) {
      std::string text(static_cast<size_t>(i) * 40, 'x');
      std::free(std::malloc(5000));
      total = total + text.size();
    }
  }).join();
}
__attribute__((destructor)) static void start_and_join_again() { start_and_join(); }
