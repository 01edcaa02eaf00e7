// SPDX-License-Identifier: Apache-2.0
// stderr is closed, or a pipe that nobody reads any more: a sentence of ours (the runner provokes one by a wrong
// setting) must not end in SIGPIPE.
#include "expect.h"

#include <unistd.h>

int main(int count, char** arguments) {
  int ends[2];
  if (count == 1) {
    if (pipe(ends) != 0) return 1;
    close(ends[0]);
    dup2(ends[1], 2);
    close(ends[1]);
    execl("/proc/self/exe", arguments[0], "again", (char*)NULL);
    return 1;
  }
  for (int i = 0; i < 3000; i++) free(keep(malloc((size_t)i)));
  puts("alive");
  return 0;
}
