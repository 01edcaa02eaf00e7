// flags: -pthread -ldl
// SPDX-License-Identifier: Apache-2.0
// turns TURNS BLOCKS LIBRARY: what the doors of a preload cost, measured inside one process. Two heaps as in churn.cc,
// of BLOCKS live blocks each: one is worked through malloc and free as the program is bound to them, the other through
// those of the allocator itself (LIBRARY: libjemalloc.so.2, libc.so.6), in turns of some milliseconds. Whatever the
// machine does meanwhile it does to both, so a nanosecond is seen where two processes differ by ten. Prints the medians
// and the quartiles of the differences, nanoseconds of CPU for one replacement.
//
//   LD_PRELOAD="out/release/libleakwatch.so libjemalloc.so.2" out/release/perf/turns 60 100000 libjemalloc.so.2
#include <dlfcn.h>

#include <algorithm>

#include "measured_loop.h"

namespace {

constexpr uint64_t kReplacements = 300'000;  // in a turn

struct Allocator {
  void* (*allocate)(size_t);
  void (*free)(void*);
};

Allocator allocator_in(void* library) {
  return {reinterpret_cast<void* (*)(size_t)>(dlsym(library, "malloc")),
          reinterpret_cast<void (*)(void*)>(dlsym(library, "free"))};
}

class Heap {
 public:
  Heap(Allocator allocator, size_t blocks, uint64_t seed) : allocator_(allocator), random_(seed), blocks_(blocks) {
    for (void*& block : blocks_) block = allocate();
  }

  // Nanoseconds of CPU for one replacement.
  double take_turn() {
    const uint64_t began_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (uint64_t i = 0; i < kReplacements; ++i) {
      void*& block = blocks_[random_.below(blocks_.size())];
      allocator_.free(block);
      block = allocate();
    }
    return static_cast<double>(clock_ns(CLOCK_THREAD_CPUTIME_ID) - began_ns) / kReplacements;
  }

 private:
  void* allocate() {
    auto* block = static_cast<char*>(allocator_.allocate(random_.block_bytes()));
    block[0] = 1;
    return seen(block);
  }

  Allocator allocator_;
  Random random_;
  std::vector<void*> blocks_;
};

double quantile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(part * static_cast<double>(values.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return fprintf(stderr, "usage: turns TURNS BLOCKS LIBRARY\n"), 2;
  void* library = dlopen(argv[3], RTLD_LAZY | RTLD_NOLOAD);
  if (library == nullptr) return fprintf(stderr, "turns: this process has not loaded %s\n", argv[3]), 1;
  const size_t blocks = strtoul(argv[2], nullptr, 10);
  Heap through(allocator_in(dlopen(nullptr, RTLD_LAZY)), blocks, 1), past(allocator_in(library), blocks, 2);
  std::vector<double> doors, direct, added;
  for (long turn = -2; turn < strtol(argv[1], nullptr, 10); ++turn) {
    const double with = through.take_turn(), without = past.take_turn();
    if (turn < 0) continue;  // warming up
    doors.push_back(with);
    direct.push_back(without);
    added.push_back(with - without);
  }
  printf("through the doors %.1f ns, past them %.1f ns, added %.2f ns (quartiles %.2f to %.2f)\n", quantile(doors, 0.5),
         quantile(direct, 0.5), quantile(added, 0.5), quantile(added, 0.25), quantile(added, 0.75));
}
