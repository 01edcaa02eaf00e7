// SPDX-License-Identifier: Apache-2.0
// main returns while detached threads allocate on: the last snapshot is taken from under their hands, and destructors
// run beside them. No crash, no hang, the status is main's.
#include "expect.h"

#include <atomic>
#include <string>
#include <thread>

static std::atomic<int> running{0};

int main() {
  for (int t = 0; t < 6; t++) {
    std::thread([] {
      running++;
      for (;;) {
        char* block = static_cast<char*>(malloc(2000));
        block[0] = 1;
        free(keep(realloc(block, 4000)));
      }
    }).detach();
  }
  while (running < 6) std::this_thread::yield();
  for (int i = 0; i < 2000; i++) free(keep(malloc(static_cast<size_t>(i))));
  puts("returning");
  return 6;
}
