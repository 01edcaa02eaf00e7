// SPDX-License-Identifier: Apache-2.0
// succession BUDGET LINES: server threads that come and go. Each line of succession owns a thousand blocks; a thread
// replaces blocks ten thousand times, then starts its successor, leaves it the blocks and ends. So most blocks are
// freed by another thread than the one that allocated them, and threads are many. After the server simulation of P.
// Larson and M. Krishnan, "Memory allocation for long-running server applications" (ISMM 1998). One operation is the
// replacement of a block.

#include "measured_loop.h"

namespace {

constexpr size_t kBlocks = 1000;
constexpr uint64_t kReplacementsPerLife = 10000;

void live_one_life(std::vector<void*>& blocks, Random& random) {
  for (uint64_t i = 0; i < kReplacementsPerLife; ++i) {
    void*& block = blocks[random.below(blocks.size())];
    free(block);
    block = seen(malloc(random.block_bytes()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fprintf(stderr, "usage: succession BUDGET LINES\n"), 2;
  const auto lines = static_cast<unsigned>(strtoul(argv[2], nullptr, 10));
  measure_threads(budget_from(argv[1]), lines, [](unsigned line) {
    return [blocks = std::vector<void*>(kBlocks), random = Random(line + 1)]() mutable {
      std::thread successor([&] { live_one_life(blocks, random); });
      successor.join();
      return kReplacementsPerLife;
    };
  });
}
