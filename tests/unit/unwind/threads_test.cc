// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tests/unit/unwind/stacks.h"

namespace lw {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // their own memory for each thread is larger than what is measured here
constexpr int kManyThreads = 200;
#else
constexpr bool kSanitized = false;
constexpr int kManyThreads = 1000;
#endif

// Takes the stack `rounds` times at the given depth; false if one of them was another than libgcc's.
[[gnu::noinline]] bool same_every_time(int depth, int rounds) {
  if (depth > 0) {
    const bool same = same_every_time(depth - 1, rounds);
    stay_on_stack();
    return same;
  }
  const Stack reference = take_stack();
  if (!agrees_with_libgcc(reference)) return false;
  for (int round = 0; round < rounds; ++round) {
    u64 frames[256];
    const UnwindResult result = unwind(frames, 256, &t_bounds);
    if (result.truncated != 0 || result.depth != reference.frames.size()) return false;
    if (!std::equal(frames + 1, frames + result.depth, reference.frames.begin() + 1)) return false;
  }
  return true;
}

u64 resident_bytes() {
  u64 total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<u64>(sysconf(_SC_PAGESIZE));
}

struct Gathering {
  pthread_barrier_t all_have_walked;
  pthread_barrier_t all_may_leave;
  std::atomic<int> wrong{0};
};

void* walk_and_wait(void* argument) {
  auto* gathering = static_cast<Gathering*>(argument);
  u64 frames[64];
  StackBounds bounds{};
  const UnwindResult result = unwind(frames, 64, &bounds);
  if (result.depth == 0 || result.truncated != 0) ++gathering->wrong;
  pthread_barrier_wait(&gathering->all_have_walked);
  pthread_barrier_wait(&gathering->all_may_leave);
  return nullptr;
}

}  // namespace

TEST_CASE("threads walk at once, while others make the cache forget") {
  start_unwinder();
  std::atomic<int> wrong{0};
  std::atomic<bool> done{false};
  std::thread forgetful([&] {
    while (!done) {
      unwind_forget(0, ~0ULL);
      std::this_thread::yield();
    }
  });
  std::vector<std::thread> walkers;
  for (int i = 0; i < 6; ++i) {
    walkers.emplace_back([&wrong, i] { wrong += !same_every_time(3 + 5 * i, 300); });
  }
  for (std::thread& walker : walkers) walker.join();
  done = true;
  forgetful.join();
  REQUIRE(wrong == 0);
}

TEST_CASE("a thousand threads cost no memory but their own stacks") {
  start_unwinder();
  const u64 own_bytes = unwind_own_bytes();
  REQUIRE(own_bytes >= 256 * 1024);
  REQUIRE(own_bytes < 1024 * 1024);

  Gathering gathering;
  pthread_barrier_init(&gathering.all_have_walked, nullptr, kManyThreads + 1);
  pthread_barrier_init(&gathering.all_may_leave, nullptr, kManyThreads + 1);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 * 1024);
  const u64 resident_before = resident_bytes();
  std::vector<pthread_t> threads(kManyThreads);
  for (pthread_t& thread : threads) REQUIRE(pthread_create(&thread, &attributes, walk_and_wait, &gathering) == 0);
  pthread_barrier_wait(&gathering.all_have_walked);
  const u64 resident_after = resident_bytes();
  REQUIRE(unwind_own_bytes() == own_bytes);
  pthread_barrier_wait(&gathering.all_may_leave);
  for (const pthread_t thread : threads) pthread_join(thread, nullptr);
  REQUIRE(gathering.wrong == 0);
  // A trace cache of libunwind would be 256 KiB a thread.
  if (!kSanitized) REQUIRE(resident_after - resident_before < kManyThreads * u64{48} * 1024);
}

}  // namespace lw
