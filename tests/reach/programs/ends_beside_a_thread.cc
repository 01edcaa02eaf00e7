// SPDX-License-Identifier: Apache-2.0
// Loses blocks and ends by return while another thread waits on.
#include <pthread.h>
#include <unistd.h>

#include <cstdlib>

namespace {

void* wait_on(void*) {
  for (;;) pause();
}

}  // namespace

__attribute__((noinline)) static void forget() {
  for (int i = 0; i < 100; ++i) {
    void* block = std::malloc(300);
    asm volatile("" : : "r"(block) : "memory");
  }
}

int main() {
  pthread_t thread;
  if (pthread_create(&thread, nullptr, wait_on, nullptr) != 0) return 1;
  forget();
  usleep(20'000);  // beside other threads a block younger than 10 ms is left alone
}
