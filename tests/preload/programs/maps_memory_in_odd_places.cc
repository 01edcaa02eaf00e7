// SPDX-License-Identifier: Apache-2.0
// mmap before main, in signal handlers, in children of fork and vfork, on many threads at once.
#include "expect.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <vector>

namespace {

constexpr size_t kPage = 4096, kA = 20 * kPage, kB = 21 * kPage;

char* map(size_t bytes) {
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT(at != MAP_FAILED);
  return static_cast<char*>(at);
}

__attribute__((constructor)) void early() {
  map(kA);  // A 1
  munmap(map(kB), kB);
}

volatile sig_atomic_t g_storms = 0;
void on_timer(int) {
  munmap(map(kB), kB);
  g_storms = g_storms + 1;
}

void under_a_storm() {
  struct sigaction action {};
  action.sa_handler = on_timer;
  sigaction(SIGALRM, &action, nullptr);
  const itimerval often{{0, 200}, {0, 200}}, never{};
  setitimer(ITIMER_REAL, &often, nullptr);
  while (g_storms < 300) munmap(map(kA), kA);
  setitimer(ITIMER_REAL, &never, nullptr);
  map(kA);  // A 2
}

void in_a_child(char* inherited) {
  const pid_t child = fork();
  if (child == 0) {
    munmap(inherited, kA);  // the parent's: charged to nobody
    map(kB);
    exit(g_broken_promises);
  }
  int status = 0;
  EXPECT(waitpid(child, &status, 0) == child && status == 0);
}

__attribute__((noinline)) void beside_the_parent() {
  const pid_t child = vfork();
  if (child == 0) {
    munmap(map(kB), kB);
    _exit(0);
  }
  int status = 0;
  EXPECT(waitpid(child, &status, 0) == child && status == 0);
}

void on_threads() {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([] {
      for (int i = 0; i < 500; i++) {
        char* at = map(3 * kA);
        munmap(at + kA, kA);
        munmap(at, 3 * kA);
      }
      map(kB);  // B 1 to 4
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

int main() {
  char* inherited = map(kA);  // A 3
  under_a_storm();
  in_a_child(inherited);
  beside_the_parent();
  on_threads();
  puts("done");
  return g_broken_promises;
}
