// SPDX-License-Identifier: Apache-2.0
// tcmalloc and jemalloc believe the size given to a sized delete and never look at the block. A sampled block that
// was moved to a page lies in another size class: put into the list of the small one, it is handed out over its
// neighbours later.
#include "expect.h"

#include <cstring>
#include <new>

enum { kBlocks = 9000 };

int main() {
  static unsigned char* blocks[kBlocks];
  static const size_t kSizes[] = {8, 24, 100, 200, 900, 4000, 9000};
  for (size_t size : kSizes) {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < kBlocks / 3; i++) blocks[i] = static_cast<unsigned char*>(keep(operator new(size)));
      for (int i = 0; i < kBlocks / 3; i++) memset(blocks[i], i & 0xff, size);
      size_t wrong = 0;
      for (int i = 0; i < kBlocks / 3; i++) {
        for (size_t at = 0; at < size; at += 8) wrong += blocks[i][at] != (i & 0xff);
      }
      EXPECT(wrong == 0);
      for (int i = 0; i < kBlocks / 3; i++) operator delete(blocks[i], size);
      blocks[0] = static_cast<unsigned char*>(keep(operator new[](size, std::align_val_t{256})));
      operator delete[](blocks[0], size, std::align_val_t{256});
    }
  }
  operator delete(keep(operator new(kWitness + 1)), kWitness + 1);
  return g_broken_promises;
}
