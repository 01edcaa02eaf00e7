// SPDX-License-Identifier: Apache-2.0
// The plainest guest: used wherever the surroundings are the test (environment, directories, limits, libraries).
#include "expect.h"

int main(void) {
  for (int i = 0; i < 2000; i++) free(keep(malloc((size_t)i)));
  for (int i = 0; i < 3; i++) keep(malloc(kWitness + 1));
  puts("done");
  return 5;
}
