// SPDX-License-Identifier: Apache-2.0
// A program may give any meaning of its own to names that libc also has, and export them. Calls of ours by name would
// land here; names of ours that are visible would land there.
#include "expect.h"

static int calls;
#define OWN(name) \
  int name(void) { return ++calls; }
OWN(record)
OWN(sample)
OWN(say)
OWN(process)
OWN(unwind)
OWN(log_line)
OWN(dump)
OWN(g_next)
OWN(watching)
OWN(hash64)
OWN(pread64)
OWN(getcpu)
OWN(fallocate)
OWN(gettid)
OWN(ftruncate64)
OWN(readlink)
OWN(kill)

int main(void) {
  for (int i = 0; i < 2000; i++) free(keep(malloc((size_t)i)));
  keep(malloc(kWitness + 1));
  printf("called %d times, then %d\n", calls, record() + say());
  return 0;
}
