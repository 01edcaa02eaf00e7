// SPDX-License-Identifier: Apache-2.0
// mapping_pairs BUDGET BYTES: mmap and munmap of one region, over and over, beside twenty large ones that stay.

#include <sys/mman.h>

#include "measured_loop.h"

static void* map(size_t bytes) {
  return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(int argc, char** argv) {
  if (argc != 3) return fprintf(stderr, "usage: mapping_pairs BUDGET BYTES\n"), 2;
  const size_t bytes = strtoul(argv[2], nullptr, 10);
  for (int i = 0; i < 20; ++i) map(512 << 20);
  measure(budget_from(argv[1]), [bytes] {
    constexpr uint64_t kPairs = 1000;
    for (uint64_t i = 0; i < kPairs; ++i) munmap(seen(map(bytes)), bytes);
    return kPairs;
  });
}
