// SPDX-License-Identifier: Apache-2.0
// threads BUDGET: pthread_create and pthread_join of a thread that does nothing, over and over.

#include "measured_loop.h"

int main(int argc, char** argv) {
  if (argc != 2) return fprintf(stderr, "usage: threads BUDGET\n"), 2;
  measure(budget_from(argv[1]), [] {
    constexpr uint64_t kThreads = 100;
    for (uint64_t i = 0; i < kThreads; ++i) {
      pthread_t thread;
      if (pthread_create(
              &thread, nullptr, [](void* unused) { return unused; }, nullptr) != 0)
        abort();
      pthread_join(thread, nullptr);
    }
    return kThreads;
  });
}
