// SPDX-License-Identifier: Apache-2.0
// churn BUDGET THREADS [BLOCKS]: a heap of BLOCKS live blocks (100,000), shared out among the threads, in which a
// random one is freed and another one allocated. This is what a server with state does; caches miss here. One operation
// is the replacement of a block.

#include "measured_loop.h"

namespace {

class Heap {
 public:
  Heap(size_t blocks, uint64_t seed) : random_(seed), blocks_(blocks) {
    for (void*& block : blocks_) block = allocate();
  }

  void replace_one() {
    void*& block = blocks_[random_.below(blocks_.size())];
    free(block);
    block = allocate();
  }

 private:
  void* allocate() {
    auto* block = static_cast<char*>(malloc(random_.block_bytes()));
    block[0] = 1;
    return seen(block);
  }

  Random random_;
  std::vector<void*> blocks_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return fprintf(stderr, "usage: churn BUDGET THREADS [BLOCKS]\n"), 2;
  const auto threads = static_cast<unsigned>(strtoul(argv[2], nullptr, 10));
  const size_t blocks = argc > 3 ? strtoul(argv[3], nullptr, 10) : 100000;
  measure_threads(budget_from(argv[1]), threads, [&](unsigned thread) {
    return [heap = Heap(blocks / threads, thread + 1)]() mutable {
      constexpr uint64_t kReplacements = 1000;
      for (uint64_t i = 0; i < kReplacements; ++i) heap.replace_one();
      return kReplacements;
    };
  });
}
