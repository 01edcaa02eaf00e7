// SPDX-License-Identifier: Apache-2.0
// batches BUDGET THREADS: each thread fills a batch of blocks whose sizes rise and fall, most of them small, and then
// frees one half from the front and the other from the back, while every eighth stays for three batches more. Long runs
// of either call, in no order that an allocator likes. After sh6bench (MicroQuill's benchmark of SmartHeap). One
// operation is the allocation and the freeing of a block.

#include <array>

#include "measured_loop.h"

namespace {

constexpr size_t kBlocks = 2048, kStayEvery = 8, kStayFor = 3;

// 16 B for a half of them, up to 1,000 B for one in sixteen.
size_t bytes_of(size_t number) {
  if (number % 2 == 0) return 16;
  if (number % 16 == 1) return 500 + number % 500;
  return 32 + number % 96;
}

class Batches {
 public:
  uint64_t run_one() {
    std::vector<void*>& staying = stayed_[round_++ % kStayFor];
    for (void* block : staying) free(block);
    staying.clear();
    for (size_t i = 0; i < kBlocks; ++i) blocks_[i] = seen(malloc(bytes_of(i)));
    for (size_t i = 0; i < kBlocks / 2; ++i) leave(i, staying);
    for (size_t i = kBlocks; i-- > kBlocks / 2;) leave(i, staying);
    return kBlocks;
  }

 private:
  void leave(size_t number, std::vector<void*>& staying) {
    if (number % kStayEvery == 0) {
      staying.push_back(blocks_[number]);
    } else {
      free(blocks_[number]);
    }
  }

  std::array<void*, kBlocks> blocks_{};
  std::array<std::vector<void*>, kStayFor> stayed_;
  uint64_t round_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fprintf(stderr, "usage: batches BUDGET THREADS\n"), 2;
  const auto threads = static_cast<unsigned>(strtoul(argv[2], nullptr, 10));
  measure_threads(budget_from(argv[1]), threads,
                  [](unsigned) { return [batches = Batches()]() mutable { return batches.run_one(); }; });
}
