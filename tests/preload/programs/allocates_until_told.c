// SPDX-License-Identifier: Apache-2.0
// Says "ready", then allocates a little every millisecond until its standard input ends. The runner sends signals,
// asks for dumps, waits for periods and kills it meanwhile.
#include "expect.h"

#include <poll.h>
#include <unistd.h>

int main(void) {
  for (int i = 0; i < 3; i++) keep(malloc(kWitness + 1));
  puts("ready");
  fflush(stdout);
  struct pollfd input = {.fd = 0, .events = POLLIN};
  for (int i = 0;; i++) {
    if (poll(&input, 1, 1) > 0) break;
    free(keep(malloc((size_t)(i % 100) * 50)));
    if (i % 10 == 0) keep(malloc(1000));
  }
  puts("told");
  return 2;
}
