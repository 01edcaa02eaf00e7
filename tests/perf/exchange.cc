// SPDX-License-Identifier: Apache-2.0
// exchange BUDGET THREADS: a stress as real programs make it. Each thread builds lists of blocks of very different
// sizes, keeps some, drops some, and swaps whole lists with the other threads through a shared array, so that blocks
// wander and are freed far from where they were made. After mstress, the stress test of mimalloc (D. Leijen et al.,
// "Mimalloc: free list sharding in action", APLAS 2019). One operation is one block.

#include <array>
#include <memory>

#include "measured_loop.h"

namespace {

constexpr size_t kShared = 256, kOwn = 64;

// A list of blocks, each pointing to the next.
class List {
 public:
  List() = default;
  List(Random& random, size_t blocks) {
    for (size_t i = 0; i < blocks; ++i) {
      const size_t bytes = random.below(100) == 0 ? 4096 + random.below(60000) : random.block_bytes();
      auto* node = static_cast<void**>(seen(malloc(bytes)));
      *node = head_;
      head_ = node;
    }
  }
  ~List() {
    while (head_ != nullptr) {
      void* next = *static_cast<void**>(head_);
      free(head_);
      head_ = next;
    }
  }
  List(const List&) = delete;
  List& operator=(const List&) = delete;

 private:
  void* head_ = nullptr;
};

using Shared = std::array<std::atomic<List*>, kShared>;

class Exchange {
 public:
  Exchange(Shared& shared, uint64_t seed) : shared_(shared), random_(seed) {}

  uint64_t run_one() {
    uint64_t made = 0;
    for (int i = 0; i < 64; ++i) {
      const size_t blocks = 1 + random_.below(16);
      made += blocks;
      auto list = std::make_unique<List>(random_, blocks);
      if (random_.below(2) == 0) list.reset(shared_[random_.below(kShared)].exchange(list.release()));
      own_[random_.below(kOwn)] = std::move(list);
    }
    return made;
  }

 private:
  Shared& shared_;
  Random random_;
  std::array<std::unique_ptr<List>, kOwn> own_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fprintf(stderr, "usage: exchange BUDGET THREADS\n"), 2;
  const auto threads = static_cast<unsigned>(strtoul(argv[2], nullptr, 10));
  static Shared shared{};
  measure_threads(budget_from(argv[1]), threads, [](unsigned number) {
    return [exchange = Exchange(shared, number + 1)]() mutable { return exchange.run_one(); };
  });
  for (std::atomic<List*>& list : shared) delete list.load();
}
