// SPDX-License-Identifier: Apache-2.0
// growth BUDGET: ten buffers that take turns to grow by realloc from 64 bytes to 16 KiB, half as much again each time,
// and are then freed, as vectors, strings and receive buffers do. One operation is a call of realloc.

#include "measured_loop.h"

int main(int argc, char** argv) {
  if (argc != 2) return fprintf(stderr, "usage: growth BUDGET\n"), 2;
  measure(budget_from(argv[1]), [] {
    void* buffers[10] = {};
    uint64_t calls = 0;
    for (size_t bytes = 64; bytes <= 16 << 10; bytes += bytes / 2) {
      for (void*& buffer : buffers) {
        buffer = seen(realloc(buffer, bytes));
        static_cast<char*>(buffer)[bytes - 1] = 1;
        ++calls;
      }
    }
    for (void* buffer : buffers) free(buffer);
    return calls;
  });
}
