// SPDX-License-Identifier: Apache-2.0
// Somebody truncates or deletes the live file while it is mapped: a page that is gone is a SIGBUS for whoever touches
// it, and that would be us, inside the program's malloc. What to do is the first argument. With a second one all
// signals are blocked, as in the worker threads of many servers: then the kernel would ask nobody before it ends the
// program.
#include "expect.h"

#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int do_to_each_file(const char* path, const char* what) {
  int files = 0;
  DIR* directory = path == NULL ? NULL : opendir(path);
  if (directory == NULL) return 0;
  for (struct dirent* entry; (entry = readdir(directory)) != NULL;) {
    char full[600];
    if (strstr(entry->d_name, ".live") == NULL) continue;
    snprintf(full, sizeof full, "%s/%s", path, entry->d_name);
    int result = strcmp(what, "delete") == 0     ? unlink(full)
                 : strcmp(what, "truncate") == 0 ? truncate(full, 0)
                                                 : truncate(full, 20000);
    files += result == 0;
  }
  closedir(directory);
  return files;
}

int main(int count, char** arguments) {
  if (count > 2) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
  }
  for (int i = 0; i < 500; i++) free(keep(malloc((size_t)i * 20)));
  void* before = keep(malloc(kWitness + 1));
  // The runner's watched run has one live file; an unwatched one has none, and prints the same.
  do_to_each_file(getenv("LEAKWATCH_LIVE_DIR"), count > 1 ? arguments[1] : "delete");
  // A child reads its parent's file at its own beginning.
  pid_t pid = fork();
  if (pid == 0) {
    free(before);
    for (int i = 0; i < 500; i++) free(keep(malloc((size_t)i * 20)));
    _exit(0);
  }
  int status = -1;
  waitpid(pid, &status, 0);
  printf("child %d\n", status);
  for (int i = 0; i < 5000; i++) free(keep(malloc((size_t)i)));
  free(before);
  for (int i = 0; i < 3; i++) keep(malloc(kWitness + 2));
  sigset_t now;
  sigprocmask(SIG_BLOCK, NULL, &now);
  printf("went on, SIGBUS blocked %d\n", sigismember(&now, SIGBUS));
  return 0;
}
