// flags: -fno-builtin -Wl,-Bstatic -ljemalloc -Wl,-Bdynamic -lstdc++ -lm
// SPDX-License-Identifier: Apache-2.0
// The executable carries jemalloc inside: its malloc wins over any preload, so nothing can be seen. One sentence.
#include "expect.h"

int main(void) {
  for (int i = 0; i < 1000; i++) free(keep(malloc((size_t)i * 3)));
  puts("done");
  return 0;
}
