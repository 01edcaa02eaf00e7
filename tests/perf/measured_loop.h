// SPDX-License-Identifier: Apache-2.0
// The clock of the benchmark programs. Each runs batches of one operation until its budget is spent and prints one line
//
//   operations 1234567 cpu_ns 890123 wall_ns 890456
//
// The budget is the program's first argument: `0.5s` is a time, which costs a slow allocator no more than a fast one;
// `100000` is a number of operations, which lets instructions be counted.
#pragma once

#include <pthread.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

struct Budget {
  double seconds = 0;  // one of the two
  uint64_t operations = 0;
};

inline Budget budget_from(const char* text) {
  char* unit = nullptr;
  const double amount = strtod(text, &unit);
  if (strcmp(unit, "s") == 0) return {amount, 0};
  return {0, static_cast<uint64_t>(amount)};
}

inline uint64_t clock_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000000 + static_cast<uint64_t>(now.tv_nsec);
}

// xorshift64*: the same numbers on every run, at the cost of a few instructions.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 1) {}
  uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (state_ * 0x2545f4914f6cdd1d) >> 16;
  }
  uint64_t below(uint64_t bound) { return next() % bound; }
  // From 16 bytes up to 1 KiB, each power of two as likely as the next: small blocks are the many.
  size_t block_bytes() {
    const size_t power = size_t{16} << below(6);
    return power + below(power);
  }

 private:
  uint64_t state_;
};

// The compiler must believe that somebody looks at the block, or it removes the allocation.
inline void* seen(void* block) {
  asm volatile("" : "+r"(block) : : "memory");
  return block;
}

class Stopwatch {
 public:
  void print(uint64_t operations) const {
    printf("operations %llu cpu_ns %llu wall_ns %llu\n", static_cast<unsigned long long>(operations),
           static_cast<unsigned long long>(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_started_),
           static_cast<unsigned long long>(clock_ns(CLOCK_MONOTONIC) - wall_started_));
  }
  bool has_run(double seconds) const {
    return static_cast<double>(clock_ns(CLOCK_MONOTONIC) - wall_started_) >= seconds * 1e9;
  }

 private:
  uint64_t cpu_started_ = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  uint64_t wall_started_ = clock_ns(CLOCK_MONOTONIC);
};

// Runs `batch` until the budget is spent; it returns how many operations it did. The first batch warms up the allocator
// and is not counted. Starts no thread: libc takes short cuts in a program that never did.
template <typename Batch>
void measure(const Budget& budget, Batch batch) {
  batch();
  const Stopwatch stopwatch;
  uint64_t done = 0;
  do done += batch();
  while (budget.operations != 0 ? done < budget.operations : !stopwatch.has_run(budget.seconds));
  stopwatch.print(done);
}

// The same on `threads` threads at once, each with the batch that `make_batch(thread number)` gives it.
template <typename MakeBatch>
void measure_threads(const Budget& budget, unsigned threads, MakeBatch make_batch) {
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> total{0};
  pthread_barrier_t warm;
  pthread_barrier_init(&warm, nullptr, threads + 1);

  auto run = [&](unsigned number) {
    auto batch = make_batch(number);
    batch();
    pthread_barrier_wait(&warm);
    uint64_t done = 0;
    do done += batch();
    while (budget.operations != 0 ? done < budget.operations / threads : !stop.load(std::memory_order_relaxed));
    total += done;
  };
  std::vector<std::thread> others;
  for (unsigned number = 0; number < threads; ++number) others.emplace_back(run, number);

  pthread_barrier_wait(&warm);
  const Stopwatch stopwatch;
  std::this_thread::sleep_for(std::chrono::duration<double>(budget.seconds));
  stop = true;
  for (std::thread& other : others) other.join();
  stopwatch.print(total);
  pthread_barrier_destroy(&warm);
}
