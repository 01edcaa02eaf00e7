// SPDX-License-Identifier: Apache-2.0
// One thread's free is followed at once by another's malloc of the same address. Forget after the real free, and
// the other's new block is erased; record before the real malloc, and a stranger's is. All witnesses kept at the end
// must be found, no freed one, and no address may seem to have been given out twice.
#include "expect.h"

#include <atomic>
#include <thread>
#include <vector>

static std::atomic<void*> exchange[16];

static void work(unsigned seed) {
  for (int i = 0; i < 4000; i++) {
    seed = seed * 1664525u + 1013904223u;
    void* mine = keep(malloc(kWitness + 1));
    void* other = exchange[(seed >> 20) % 16].exchange(mine);
    if ((seed >> 9) % 4 == 0 && other != nullptr) other = keep(realloc(other, kWitness + 3));
    free(other);
  }
  for (int i = 0; i < 5; i++) keep(malloc(kWitness + 2));
}

int main() {
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 4; t++) threads.emplace_back(work, t * 77777);
  for (auto& thread : threads) thread.join();
  for (auto& block : exchange) free(block.load());
  puts("exchanged");
  return 0;
}
