// SPDX-License-Identifier: Apache-2.0
// Some 1,200 distinct stacks and 12,000 live blocks: a snapshot of a few hundred KB and tables of some MB, for
// folders with too little room.
#include "expect.h"

#include <utility>

template <int kPlace>
__attribute__((noinline)) static void* place(int depth) {
  if (depth > 0) return keep(place<kPlace>(depth - 1));
  return keep(malloc(100 + kPlace));
}
template <int... kPlaces>
static void all_places(int depth, std::integer_sequence<int, kPlaces...>) {
  (place<kPlaces>(depth), ...);
}

int main() {
  for (int round = 0; round < 10; round++) {
    for (int depth = 0; depth < 24; depth++) all_places(depth, std::make_integer_sequence<int, 50>());
  }
  puts("done");
  return 0;
}
