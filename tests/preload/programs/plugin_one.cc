// flags: -shared -fPIC
// SPDX-License-Identifier: Apache-2.0
// A C++ plugin with a constructor, a destructor, a thread_local and a function that throws. plugin_two is the same
// with other frame sizes at the same places, so that unwind rules learnt from one are wrong for the other.
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#ifndef FRAME_BYTES
#define FRAME_BYTES 48
#endif

namespace {
struct Registry {
  std::vector<std::string> names = std::vector<std::string>(20, std::string(200, 'r'));
  ~Registry() { names.emplace_back(std::string(300, 'd')); }
};
Registry registry;
}  // namespace

__attribute__((noinline)) static int descend(int depth) {
  volatile char frame[FRAME_BYTES];
  memset(const_cast<char*>(frame), depth, sizeof frame);
  std::free(std::malloc(3000));
  if (depth == 0) throw std::runtime_error("from the plugin");
  return descend(depth - 1) + frame[0];
}

extern "C" int plugin_work(int depth) {
  std::string text(static_cast<size_t>(depth) * 50, 'w');
  return descend(depth) + static_cast<int>(registry.names.size() + text.size());
}
extern "C" void* plugin_malloc(size_t size) { return std::malloc(size); }
extern "C" void plugin_free(void* block) { std::free(block); }
