// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "twins.h"

static void* volatile g_requests[kTimes];

__attribute__((noinline)) static void serve(bool bad) {
  for (int i = 0; i < kTimes; ++i) {
    void* request = std::malloc(300);  // LOST
    if (!bad) g_requests[i] = request;
    asm volatile("" : : "r"(request) : "memory");
  }
}

int main(int argc, char** argv) {
  const pid_t worker = fork();
  if (worker == 0) {
    serve(is_bad(argc, argv));
    _exit(0);
  }
  waitpid(worker, nullptr, 0);
}
