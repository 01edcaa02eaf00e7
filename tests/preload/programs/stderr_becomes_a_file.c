// SPDX-License-Identifier: Apache-2.0
// A daemon closes 2 and opens its data file, which gets the number 2. A sentence of ours, provoked here by removing
// the directory for snapshots, must not end up in the data.
#include "expect.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  const char* directory = getenv("LEAKWATCH_DIR");
  FILE* data = tmpfile();
  pid_t pid = fork();
  if (pid == 0) {
    dup2(fileno(data), 2);
    if (directory != NULL) rmdir(directory);
    setenv("TMPDIR", "/nonexistent", 1);
    for (int i = 0; i < 3000; i++) free(keep(malloc((size_t)i)));
    keep(malloc(kWitness + 1));
    exit(0);
  }
  waitpid(pid, NULL, 0);
  fseek(data, 0, SEEK_END);
  printf("%ld stray bytes\n", ftell(data));
  return 0;
}
