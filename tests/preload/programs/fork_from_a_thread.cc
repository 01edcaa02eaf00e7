// SPDX-License-Identifier: Apache-2.0
// In the child of a thread that forks, this thread is the only one: it must not be taken for its parent's record,
// may start threads of its own, and fork again.
#include "expect.h"

#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <vector>

static int status_of(pid_t pid) {
  int status = -1;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}
static void allocate() {
  for (int i = 0; i < 200; i++) free(keep(malloc(kWitness + 1)));
}

int main() {
  int status = -1;
  std::thread([&] {
    void* inherited = keep(malloc(kWitness + 1));
    pid_t pid = fork();
    if (pid == 0) {
      std::vector<std::thread> threads;
      for (int t = 0; t < 4; t++) threads.emplace_back(allocate);
      for (auto& thread : threads) thread.join();
      free(inherited);
      keep(malloc(kWitness + 2));
      usleep(30000);  // see prefork_workers
      pid_t grandchild = fork();
      if (grandchild == 0) {
        allocate();
        keep(malloc(kWitness + 3));
        exit(7);
      }
      exit(status_of(grandchild) + 1);
    }
    status = status_of(pid);
    free(inherited);
  }).join();
  keep(malloc(kWitness + 4));
  printf("%d\n", status);
  return 0;
}
