// SPDX-License-Identifier: Apache-2.0
// handover BUDGET PAIRS: in each pair of threads one allocates and the other frees, by batches of 120 blocks that pass
// through a ring between them. So every block is freed by a thread that did not allocate it, and the two sides of an
// allocator's caches never meet. After xmalloc (C. Lever and D. Boreham, "malloc() performance in a multithreaded Linux
// environment", USENIX 2000). One operation is the allocation and the freeing of a block.

#include <memory>

#include "measured_loop.h"

namespace {

constexpr size_t kBatch = 120, kRing = 16;

struct Batch {
  void* blocks[kBatch];
};

// One writer, one reader. Whoever has nothing to do yields: there may be fewer processors than threads.
class Ring {
 public:
  void put(const Batch& batch) {
    while (written_.load(std::memory_order_relaxed) - read_.load(std::memory_order_acquire) == kRing) sched_yield();
    batches_[written_.load(std::memory_order_relaxed) % kRing] = batch;
    written_.fetch_add(1, std::memory_order_release);
  }

  // False if the ring is empty and the writer has closed it.
  bool take(Batch& batch) {
    while (written_.load(std::memory_order_acquire) == read_.load(std::memory_order_relaxed)) {
      if (closed_.load(std::memory_order_acquire)) return false;
      sched_yield();
    }
    batch = batches_[read_.load(std::memory_order_relaxed) % kRing];
    read_.fetch_add(1, std::memory_order_release);
    return true;
  }

  void close() { closed_.store(true, std::memory_order_release); }

 private:
  Batch batches_[kRing];
  alignas(64) std::atomic<uint64_t> written_{0};
  alignas(64) std::atomic<uint64_t> read_{0};
  std::atomic<bool> closed_{false};
};

// The allocating side; its partner lives as long as it does.
class Pair {
 public:
  explicit Pair(uint64_t seed) : random_(seed), ring_(std::make_unique<Ring>()), partner_(free_all, ring_.get()) {}
  Pair(Pair&&) = default;
  ~Pair() {
    if (!ring_) return;
    ring_->close();
    partner_.join();
  }

  uint64_t hand_over_one_batch() {
    Batch batch;
    for (void*& block : batch.blocks) block = seen(malloc(random_.block_bytes()));
    ring_->put(batch);
    return kBatch;
  }

 private:
  static void free_all(Ring* ring) {
    Batch batch;
    while (ring->take(batch)) {
      for (void* block : batch.blocks) free(block);
    }
  }

  Random random_;
  std::unique_ptr<Ring> ring_;
  std::thread partner_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fprintf(stderr, "usage: handover BUDGET PAIRS\n"), 2;
  const auto pairs = static_cast<unsigned>(strtoul(argv[2], nullptr, 10));
  measure_threads(budget_from(argv[1]), pairs, [](unsigned number) {
    return [pair = Pair(number + 1)]() mutable { return pair.hand_over_one_batch(); };
  });
}
