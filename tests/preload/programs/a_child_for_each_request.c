// SPDX-License-Identifier: Apache-2.0
// A server that forks for each request: three hundred children that are over in a moment, and a last one that lives on.
#include "expect.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int g_children;

// Four mebibytes, of which a quarter stays alive until the end.
static void serve(void) {
  for (int i = 0; i < 48; i++) {
    char* block = keep(malloc(kWitness + 1));
    EXPECT(block != NULL);
    memset(block, i, kWitness);
    if (i % 4 != 0) free(block);
  }
}

static void fork_to_serve(unsigned seconds) {
  pid_t child = fork();
  EXPECT(child >= 0);
  if (child == 0) {
    serve();
    if (seconds != 0) {
      sleep(seconds);
      serve();
    }
    exit(g_broken_promises);
  }
  int status = 1;
  EXPECT(waitpid(child, &status, 0) == child && status == 0);
  g_children++;
}

int main(void) {
  keep(malloc(kWitness + 2));
  for (int i = 0; i < 300; i++) fork_to_serve(0);
  fork_to_serve(2);
  printf("%d children\n", g_children);
  return g_broken_promises;
}
