// SPDX-License-Identifier: Apache-2.0
// Throwing allocates, unwinds and takes the loader's lock, all of it while every allocation takes a stack of its
// own: nested, rethrown, carried to another thread, and out of destructors' reach.
#include "expect.h"

#include <exception>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static int deep(int depth, int* destroyed) {
  struct CountsItsEnd {
    int* destroyed;
    std::string text = std::string(100, 'x');
    ~CountsItsEnd() { ++*destroyed; }
  } guard{destroyed};
  if (depth == 0) throw std::runtime_error(std::string(200, 'e'));
  return deep(depth - 1, destroyed) + 1;
}

static void work(int rounds, int* caught) {
  for (int i = 0; i < rounds; i++) {
    int destroyed = 0;
    try {
      try {
        deep(i % 40, &destroyed);
      } catch (...) {
        std::throw_with_nested(std::logic_error("outer"));
      }
    } catch (const std::exception& outer) {
      try {
        std::rethrow_if_nested(outer);
      } catch (const std::runtime_error& inner) {
        *caught += destroyed == i % 40 + 1 && std::string(inner.what()).size() == 200;
      }
    }
  }
}

int main() {
  int caught[3] = {};
  std::vector<std::thread> threads;
  for (int& mine : caught) threads.emplace_back(work, 400, &mine);
  for (auto& thread : threads) thread.join();
  std::promise<void> promise;
  std::thread carrier([&] {
    try {
      throw std::out_of_range("carried");
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
  });
  try {
    promise.get_future().get();
  } catch (const std::out_of_range& error) {
    puts(error.what());
  }
  carrier.join();
  printf("caught %d %d %d\n", caught[0], caught[1], caught[2]);
  return 0;
}
