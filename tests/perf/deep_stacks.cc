// SPDX-License-Identifier: Apache-2.0
// deep_stacks BUDGET FRAMES BYTES: pairs of malloc and free below FRAMES function calls, as interpreters and parsers
// make them. The deeper the stack, the longer a tool takes to walk it. One operation is a pair; the calls are shared
// among a thousand pairs.

#include "measured_loop.h"

namespace {

constexpr uint64_t kPairs = 1000;

__attribute__((noinline)) void run_pairs_below(unsigned frames, size_t bytes) {
  if (frames > 0) {
    run_pairs_below(frames - 1, bytes);
    asm volatile("" : : : "memory");  // keeps the call above from becoming a jump
    return;
  }
  for (uint64_t i = 0; i < kPairs; ++i) free(seen(malloc(bytes)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return fprintf(stderr, "usage: deep_stacks BUDGET FRAMES BYTES\n"), 2;
  const auto frames = static_cast<unsigned>(strtoul(argv[2], nullptr, 10));
  const size_t bytes = strtoul(argv[3], nullptr, 10);
  measure(budget_from(argv[1]), [=] {
    run_pairs_below(frames, bytes);
    return kPairs;
  });
}
