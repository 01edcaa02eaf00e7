// SPDX-License-Identifier: Apache-2.0
// Blocks from one place that are freed in two.
#include "expect.h"

__attribute__((noinline)) static void* make() { return keep(malloc(20000)); }
static int g_finished, g_given_up;

// What follows the free keeps the two from being tail calls, whose callers nobody can see.
__attribute__((noinline)) static void finish(void* block) {
  free(block);
  ++g_finished;
}
__attribute__((noinline)) static void give_up(void* block) {
  free(block);
  ++g_given_up;
}

int main() {
  for (int i = 0; i < 4000; ++i) {
    void* block = make();
    EXPECT(block != nullptr);
    if (i % 4 == 3) {
      give_up(block);
    } else {
      finish(block);
    }
  }
  printf("%d finished, %d given up\n", g_finished, g_given_up);
}
