// SPDX-License-Identifier: Apache-2.0
// As sized_delete_of_sampled_blocks, but between the births and the deaths the program gets so busy that the interval
// widens: by the rules of now, the early samples no longer look like samples, and still lie where no block of their
// size belongs.
#include "expect.h"

#include <cstring>
#include <new>

enum { kBlocks = 6000, kSize = 100 };

int main() {
  static unsigned char* blocks[kBlocks];
  for (int round = 0; round < 4; round++) {
    for (unsigned char*& block : blocks) block = static_cast<unsigned char*>(keep(operator new(kSize)));
    for (int i = 0; i < 200000; i++) operator delete(keep(operator new(4000)), 4000);
    for (unsigned char* block : blocks) operator delete(block, kSize);
    for (int i = 0; i < kBlocks; i++) {
      blocks[i] = static_cast<unsigned char*>(keep(operator new(kSize)));
      memset(blocks[i], i & 0xff, kSize);
    }
    size_t wrong = 0;
    for (int i = 0; i < kBlocks; i++) {
      for (size_t at = 0; at < kSize; at++) wrong += blocks[i][at] != (i & 0xff);
      operator delete(blocks[i], kSize);
    }
    EXPECT(wrong == 0);
  }
  return g_broken_promises;
}
