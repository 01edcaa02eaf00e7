// SPDX-License-Identifier: Apache-2.0
// fork from one thread while four allocate: whatever one of them held at that instant (a lock, a half-written
// record) stays held in the child for ever. The child must allocate, throw and leave all the same.
#include "expect.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static void child(int number) {
  for (int i = 0; i < 100; i++) free(keep(malloc(static_cast<size_t>(i) * 100)));
  try {
    throw std::runtime_error(std::string(500, 'c'));
  } catch (const std::runtime_error&) {
    _exit(number % 100);
  }
}

int main() {
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&] {
      while (!done) {
        std::string text(5000, 'p');
        free(keep(calloc(1, 300)));
      }
    });
  }
  int right = 0;
  for (int i = 0; i < 40; i++) {
    pid_t pid = fork();
    if (pid == 0) child(i);
    int status = -1;
    waitpid(pid, &status, 0);
    right += WIFEXITED(status) && WEXITSTATUS(status) == i % 100;
  }
  done = true;
  for (auto& thread : threads) thread.join();
  printf("%d children left as they should\n", right);
  return 0;
}
