// SPDX-License-Identifier: Apache-2.0
// pairs BUDGET BYTES: malloc and free of one block, over and over. The smallest thing that a program can do with an
// allocator, so the largest share that a tool can add to it. One operation is a pair.

#include "measured_loop.h"

int main(int argc, char** argv) {
  if (argc != 3) return fprintf(stderr, "usage: pairs BUDGET BYTES\n"), 2;
  const size_t bytes = strtoul(argv[2], nullptr, 10);
  measure(budget_from(argv[1]), [bytes] {
    constexpr uint64_t kPairs = 1000;
    for (uint64_t i = 0; i < kPairs; ++i) free(seen(malloc(bytes)));
    return kPairs;
  });
}
