// SPDX-License-Identifier: Apache-2.0
// thread_local objects die late, allocate while they die, and free what other threads made. Whatever leakwatch keeps
// for a thread must outlive them or be made anew.
#include "expect.h"

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

struct Late {
  std::map<int, std::string> entries;
  void* witness = keep(malloc(kWitness + 1));
  ~Late() {
    for (int i = 0; i < 20; i++) entries[i] += std::string(100, 'l');
    free(witness);
    keep(operator new(10));
    free(keep(malloc(kWitness + 1)));
  }
};
thread_local Late first;
thread_local std::unique_ptr<Late> second;

int main() {
  for (int round = 0; round < 40; round++) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; t++) {
      threads.emplace_back([] {
        first.entries[1] = "one";
        second = std::make_unique<Late>();
      });
    }
    for (auto& thread : threads) thread.join();
  }
  first.entries[2] = "main";
  puts("joined");
  return 0;
}
