// SPDX-License-Identifier: Apache-2.0
// pairs BUDGET BYTES [CALL]: malloc (or calloc, posix_memalign) and free of one block, over and over, or new and
// delete. The smallest thing that a program can do with an allocator, so the largest share that a tool can add to it.
// One operation is a pair.

#include "measured_loop.h"

namespace {

void* aligned(size_t bytes) {
  void* block = nullptr;
  return posix_memalign(&block, 16, bytes) == 0 ? block : nullptr;
}

template <typename Allocate, typename Free>
void measure_pairs(const Budget& budget, Allocate allocate, Free give_back) {
  measure(budget, [allocate, give_back] {
    constexpr uint64_t kPairs = 1000;
    for (uint64_t i = 0; i < kPairs; ++i) give_back(seen(allocate()));
    return kPairs;
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return fprintf(stderr, "usage: pairs BUDGET BYTES [calloc | posix_memalign | new]\n"), 2;
  const Budget budget = budget_from(argv[1]);
  const size_t bytes = strtoul(argv[2], nullptr, 10);
  const char* call = argc > 3 ? argv[3] : "malloc";
  if (strcmp(call, "calloc") == 0) {
    measure_pairs(
        budget, [bytes] { return calloc(1, bytes); }, free);
  } else if (strcmp(call, "posix_memalign") == 0) {
    measure_pairs(
        budget, [bytes] { return aligned(bytes); }, free);
  } else if (strcmp(call, "new") == 0) {
    // As the compiler calls them for a class without a destructor.
    measure_pairs(
        budget, [bytes] { return ::operator new(bytes); }, [bytes](void* block) { ::operator delete(block, bytes); });
  } else {
    measure_pairs(
        budget, [bytes] { return malloc(bytes); }, free);
  }
}
