// SPDX-License-Identifier: Apache-2.0
// Containers: every first process is pid 1, and they share a directory. One such init, and then two
// at once, under the same name and pid; a stranger has put symbolic links where their files might go.
#include "expect.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

static const char kMustNotFollow[] = "/dev/shm/leakwatch-must-not-follow";

static void lay_links(const char* directory) {
  static const char* const kNames[] = {"live", "0.lws", "1.lws", "live.tmp", "0.lws.tmp"};
  char path[400];
  for (int i = 0; directory != NULL && i < 5; i++) {
    snprintf(path, sizeof path, "%s/leakwatch.pid_one_in_its_namespace.1.%s", directory, kNames[i]);
    (void)!symlink(kMustNotFollow, path);
  }
}

// Becomes the parent of a pid 1; returns that one's exit status, or -1 where namespaces are not permitted.
static int start_an_init(void) {
  if (unshare(CLONE_NEWPID) != 0) return -1;
  pid_t pid = fork();
  if (pid == 0) {
    EXPECT(getpid() == 1);
    for (int k = 0; k < 3; k++) keep(malloc(kWitness + 1));
    exit(g_broken_promises + 4);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WEXITSTATUS(status);
}

int main(void) {
  unlink(kMustNotFollow);
  lay_links(getenv("LEAKWATCH_DIR"));
  lay_links(getenv("LEAKWATCH_LIVE_DIR"));
  int sum = 0, status = 0;
  for (int i = 0; i < 3; i++) {  // the last two at once
    if (fork() == 0) _exit(start_an_init());
    if (i == 1) continue;
    while (wait(&status) > 0) sum += WEXITSTATUS(status);
  }
  if (sum == 3 * 255) {
    puts("pid namespaces are not permitted here");
    return kSkipped;
  }
  EXPECT(unlink(kMustNotFollow) != 0);
  printf("%d\n", sum);
  return g_broken_promises;
}
