// flags: -I. -std=c++20 -D_GNU_SOURCE interposer/cold/unwind*.cc interposer/cold/rule_*.cc -ldl -lunwind
// SPDX-License-Identifier: Apache-2.0
// What a stack costs: ours warm, libunwind's unw_backtrace warm, glibc's backtrace; and an address that is new.
//   make perf-programs && out/release/perf/unwind_bench
// One line a depth: median nanoseconds for a whole stack. The loops alternate, so that all suffer the same noise.

#define UNW_LOCAL_ONLY
#include <dlfcn.h>
#include <libunwind.h>
#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "interposer/cold/rule_learn.h"
#include "interposer/cold/unwind.h"

namespace {

constexpr int kRounds = 101;
constexpr int kStacksPerRound = 500;

double now_ns() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

lw::StackBounds g_bounds;
lw::u64 g_frames[256];
void* g_pointers[256];

// libunwind exports a `backtrace` too, in front of glibc's.
const auto glibc_backtrace =
    reinterpret_cast<int (*)(void**, int)>(dlsym(dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD), "backtrace"));

template <typename Walk>
double ns_per_stack(Walk walk) {
  const double start = now_ns();
  for (int i = 0; i < kStacksPerRound; ++i) walk();
  return (now_ns() - start) / kStacksPerRound;
}

void measure() {
  std::vector<double> ours, libunwinds, glibcs;
  unsigned depth = 0, libunwind_depth = 0;
  for (int round = 0; round < kRounds; ++round) {
    ours.push_back(ns_per_stack([&] { depth = lw::unwind(g_frames, 256, &g_bounds).depth; }));
    libunwinds.push_back(
        ns_per_stack([&] { libunwind_depth = static_cast<unsigned>(unw_backtrace(g_pointers, 256)); }));
    if (round % 10 == 0) glibcs.push_back(ns_per_stack([&] { glibc_backtrace(g_pointers, 256); }));
  }
  std::printf("depth %2u: ours %6.0f ns   unw_backtrace %6.0f ns (depth %u)   backtrace %6.0f ns\n", depth,
              median(ours), median(libunwinds), libunwind_depth, median(glibcs));
}

__attribute__((noinline)) void descend(int frames) {
  if (frames == 0) {
    measure();
  } else {
    descend(frames - 1);
  }
  asm volatile("" ::: "memory");  // not a tail call
}

// Each depth through a different function, as real stacks have it.
template <int kLevel>
__attribute__((noinline)) void through() {
  volatile char local[16 + kLevel % 7 * 24];
  local[0] = 1;
  if constexpr (kLevel == 0) {
    measure();
  } else {
    through<kLevel - 1>();
  }
  asm volatile("" ::"r"(local) : "memory");
}

// A thread that has never unwound, in a process that has: libunwind makes a cache for it, leakwatch learns its bounds.
void measure_new_threads() {
  std::vector<double> ours, libunwinds;
  for (int round = 0; round < 100; ++round) {
    const auto first_stack = [](void* place) -> void* {
      lw::StackBounds bounds{};
      const double start = now_ns();
      lw::unwind(g_frames, 256, &bounds);
      const double middle = now_ns();
      unw_backtrace(g_pointers, 256);
      auto* costs = static_cast<double*>(place);
      costs[0] = (middle - start) / 1000;
      costs[1] = (now_ns() - middle) / 1000;
      return nullptr;
    };
    double costs[2];
    pthread_t thread;
    pthread_create(&thread, nullptr, first_stack, costs);
    pthread_join(thread, nullptr);
    ours.push_back(costs[0]);
    libunwinds.push_back(costs[1]);
  }
  std::printf("first stack of a thread: ours %.1f us   unw_backtrace %.1f us\n", median(ours), median(libunwinds));
}

void measure_cold() {
  const lw::u64 text = reinterpret_cast<lw::u64>(&qsort);
  std::vector<double> costs;
  for (lw::u64 ip = text - 100'000; ip < text + 400'000; ip += 499) {
    const double start = now_ns();
    lw::learn_rule(ip);
    costs.push_back((now_ns() - start) / 1000);
  }
  std::printf("a new address, in libc: %.1f us (median of %zu)\n", median(costs), costs.size());
}

}  // namespace

int main() {
  const double start = now_ns();
  if (const char* reason = lw::unwind_start(0, 0)) {
    std::printf("%s\n", reason);
    return 1;
  }
  std::printf("start: %.0f us\n", (now_ns() - start) / 1000);
  std::printf("one function, recursive\n");
  for (int frames : {1, 16, 56}) descend(frames);
  std::printf("a different function at each level\n");
  through<1>();
  through<16>();
  through<56>();
  measure_new_threads();
  measure_cold();
}
