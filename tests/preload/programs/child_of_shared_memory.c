// SPDX-License-Identifier: Apache-2.0
// Memory that a parent shares with its children is the parent's: it is not counted among what a child has mapped.
#include "expect.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  enum { kShared = 20 << 20 };
  char* shared = mmap(NULL, kShared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  EXPECT(shared != MAP_FAILED);
  memset(shared, 1, kShared);
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 100; i++) keep(malloc(kWitness + 1));
    exit(shared[kShared - 1] != 1);
  }
  int status = 1;
  EXPECT(waitpid(child, &status, 0) == child && status == 0);
  puts("served");
  return g_broken_promises;
}
