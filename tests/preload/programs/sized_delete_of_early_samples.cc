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
    // A block in the wrong list harms those of its own class.
    static const size_t kSizes[] = {kSize, 128, 250, 500};
    for (int i = 0; i < kBlocks; i++) {
      blocks[i] = static_cast<unsigned char*>(keep(operator new(kSizes[i % 4])));
      memset(blocks[i], i & 0xff, kSizes[i % 4]);
    }
    size_t wrong = 0;
    for (int i = 0; i < kBlocks; i++) {
      for (size_t at = 0; at < kSizes[i % 4]; at++) wrong += blocks[i][at] != (i & 0xff);
    }
    for (int i = 0; i < kBlocks; i++) operator delete(blocks[i], kSizes[i % 4]);
    EXPECT(wrong == 0);
  }
  return g_broken_promises;
}
