// SPDX-License-Identifier: Apache-2.0
// libleakwatch_selftest.so: leaks on purpose, at a known rate, in a program that `leakwatch selftest` watches.
//
// It starts no thread and sets no timer. libleakwatch calls leakwatch_after_sample() whenever a sample of the program's
// has been taken, if there is such a function in the process, and says since when it watches; here what has become due
// by then is allocated, through malloc as anybody else would, and forgotten. Which of these blocks are sampled does not
// depend on when that happens: the distance to the next sample has no memory. What is due at the exit is made up for
// there, a second's worth at least.
//
// Every block comes from one function with a name of its own, in sizes that are weighted quite differently.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "snapshot/atomic.h"
#include "snapshot/truth.h"

#define LW_EXPORT extern "C" __attribute__((visibility("default")))

// The site. The block is looked at, so that the call is neither left out nor made a jump.
LW_EXPORT __attribute__((noinline)) void leakwatch_selftest_leaks_here(unsigned long bytes) {
  void* block = malloc(bytes);
  asm volatile("" : : "r"(block) : "memory");
}

namespace lw {
namespace {

constexpr u64 kSizes[] = {1500, 4000, 9000};
constexpr u64 kSecondNs = 1'000'000'000;
constexpr u64 kMostAtOnce = 2000;  // blocks; the rest at the next sample

Truth* g_truth;  // null: nothing is leaked here
u64 g_bytes_per_s;
u64 g_began_ns;
u64 g_first_ns;
u32 g_busy;

u64 read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<u64>(now.tv_sec) * kSecondNs + static_cast<u64>(now.tv_nsec);
}

Truth* claim_entry(const char* path) {
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* at = mmap(nullptr, sizeof(TruthFile), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (at == MAP_FAILED) return nullptr;
  TruthFile& all = *static_cast<TruthFile*>(at);
  const u64 number = __atomic_fetch_add(&all.used, u64{1}, __ATOMIC_RELAXED);
  return number < kMostTruths ? &all.entries[number] : nullptr;
}

void leak_one() {
  const u64 size = kSizes[g_truth->blocks % (sizeof kSizes / sizeof kSizes[0])];
  leakwatch_selftest_leaks_here(size);
  const u64 now_ns = read_clock(CLOCK_MONOTONIC);
  if (g_truth->blocks == 0) g_first_ns = now_ns;
  g_truth->leaky_ns = now_ns - g_first_ns;
  g_truth->bytes += size;
  store_release(g_truth->blocks, g_truth->blocks + 1);
}

// One thread at a time; a forked child has inherited everything but leaks nothing.
void leak_what_is_due(u64 least_ns, u64 most_blocks) {
  if (g_truth == nullptr || __atomic_exchange_n(&g_busy, 1u, __ATOMIC_ACQUIRE) != 0) return;
  const u64 running_ns = read_clock(CLOCK_MONOTONIC) - g_began_ns;
  const u64 due_ns = running_ns > least_ns ? running_ns : least_ns;
  u64 due = static_cast<u64>(static_cast<f64>(due_ns) / kSecondNs * static_cast<f64>(g_bytes_per_s));
  if (due > kMostLeakedBytes) due = kMostLeakedBytes;
  if (static_cast<u32>(getpid()) == g_truth->pid) {
    for (u64 n = 0; n < most_blocks && g_truth->bytes < due; ++n) leak_one();
  }
  __atomic_store_n(&g_busy, 0u, __ATOMIC_RELEASE);
}

__attribute__((constructor)) void begin() {
  const char* setting = getenv(kSelftestVariable);
  if (setting == nullptr) return;
  char* path = nullptr;
  g_bytes_per_s = strtoull(setting, &path, 10);
  if (g_bytes_per_s == 0 || *path != ':') return;
  g_began_ns = read_clock(CLOCK_MONOTONIC);
  Truth* truth = claim_entry(path + 1);
  if (truth == nullptr) return;
  store_release(truth->pid, static_cast<u32>(getpid()));
  g_truth = truth;
}

__attribute__((destructor)) void end() { leak_what_is_due(kSecondNs, kMostLeakedBytes); }

}  // namespace
}  // namespace lw

LW_EXPORT void leakwatch_after_sample(lw::u64 start_unix_ns) {
  if (lw::g_truth == nullptr || lw::g_truth->pid != static_cast<lw::u32>(getpid())) return;
  lw::store_relaxed(lw::g_truth->start_unix_ns, start_unix_ns);
  lw::leak_what_is_due(0, lw::kMostAtOnce);
}
