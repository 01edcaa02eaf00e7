// SPDX-License-Identifier: Apache-2.0
// scratch BUDGET THREADS: each thread takes a block of 8 bytes, writes into it a hundred times, and gives it back. The
// first ones lay side by side, allocated by one thread: an allocator that hands the pieces of one cache line to several
// threads makes them fight for it, and a tool that writes next to the blocks would too. After cache-scratch and
// cache-thrash (E. Berger et al., "Hoard: a scalable memory allocator for multithreaded applications", ASPLOS 2000).
// One operation is one such block.

#include "measured_loop.h"

namespace {

constexpr size_t kBytes = 8;
constexpr int kWrites = 100;

void write_into(void* block) {
  auto* bytes = static_cast<volatile char*>(block);
  for (int i = 0; i < kWrites; ++i) bytes[i % kBytes] = static_cast<char>(bytes[i % kBytes] + 1);
}

uint64_t use_a_thousand() {
  constexpr uint64_t kBlocks = 1000;
  for (uint64_t i = 0; i < kBlocks; ++i) {
    void* block = seen(malloc(kBytes));
    write_into(block);
    free(block);
  }
  return kBlocks;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fprintf(stderr, "usage: scratch BUDGET THREADS\n"), 2;
  const auto threads = static_cast<unsigned>(strtoul(argv[2], nullptr, 10));
  std::vector<void*> neighbours(threads);
  for (void*& block : neighbours) block = seen(malloc(kBytes));
  measure_threads(budget_from(argv[1]), threads, [&](unsigned number) {
    return [&, first = neighbours[number]]() mutable {
      free(first);
      first = nullptr;
      return use_a_thousand();
    };
  });
}
