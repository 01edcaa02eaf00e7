// SPDX-License-Identifier: Apache-2.0
// Moves pointers about as fast as it can: each block is always held, by one slot among many or by the mover's register.
#include <pthread.h>
#include <unistd.h>
#include <cstdio>
#include <cstdlib>

constexpr unsigned kBlocks = 200, kSlots = 1 << 16;
static void* volatile g_slots[kSlots];

__attribute__((noinline)) static void fill() {
  for (unsigned i = 0; i < kBlocks; ++i) g_slots[i * (kSlots / kBlocks)] = std::malloc(64);
}

static void* shuffle(void*) {
  unsigned random = 1, from = 0;
  for (;;) {
    do {
      from = (from + 1) % kSlots;
    } while (g_slots[from] == nullptr);
    unsigned to;
    do {
      random = random * 1664525 + 1013904223;
      to = random >> 16;
    } while (g_slots[to] != nullptr);
    g_slots[to] = g_slots[from];
    g_slots[from] = nullptr;
  }
}

int main() {
  fill();
  pthread_t thread;
  pthread_create(&thread, nullptr, shuffle, nullptr);
  std::puts("ready");
  std::fflush(stdout);
  for (;;) pause();
}
