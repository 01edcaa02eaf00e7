// SPDX-License-Identifier: Apache-2.0
// No descriptor of ours is open when main begins, after thousands of samples, nor in a program that is exec'ed; the
// next open gets the lowest free number, also in the middle of everything.
#include "expect.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void list(const char* when) {
  char path[300], target[300];
  printf("%s:", when);
  for (int fd = 0; fd < 2000; fd++) {
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length > 0) printf(" %d", fd);
  }
  puts("");
  fflush(stdout);
}

int main(int count, char** arguments) {
  (void)arguments;
  list("at the start");
  for (int i = 0; i < 3000; i++) {
    free(keep(malloc((size_t)i * 10)));
    int fd = open("/dev/null", O_RDONLY);
    EXPECT(fd == 3);
    close(fd);
  }
  list("after samples");
  close(0);
  EXPECT(open("/dev/null", O_RDONLY) == 0);
  free(keep(malloc(5000)));
  if (count == 1) execl("/proc/self/exe", "again", "again", (char*)NULL);
  return g_broken_promises;
}
