// flags: -shared -fPIC -I. -std=c++20 -D_GNU_SOURCE interposer/cold/unwind*.cc interposer/cold/rule_*.cc
// SPDX-License-Identifier: Apache-2.0
// Takes stacks twice in any program, with leakwatch's unwinder and with libgcc's, and says how often they differ.
//   make perf-programs && LD_PRELOAD=out/release/perf/unwind_compare python3 -c 'print(1)'
// What is built is a library, in spite of its place. COMPARE_EVERY=N: at every Nth malloc (7). COMPARE_SHOW=N: print
// the first N stacks that differ (0). COMPARE_WITH=nothing: only count what ends early; libgcc crashes where glibc's
// assembler code has been interrupted by a signal whose handler calls malloc.

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "interposer/cold/unwind.h"

namespace {

using Malloc = void* (*)(std::size_t);

Malloc g_next_malloc;
std::atomic<bool> g_started;
bool g_alone;
unsigned long g_every = 7;
long g_show = 0;
std::atomic<unsigned long> g_calls, g_stacks, g_equal, g_early, g_longer, g_cold;

__attribute__((tls_model("initial-exec"))) thread_local bool t_busy;
__attribute__((tls_model("initial-exec"))) thread_local lw::StackBounds t_bounds;

unsigned long setting(const char* name, unsigned long otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::strtoul(value, nullptr, 10) : otherwise;
}

void print_frame(lw::u64 address) {
  Dl_info where{};
  dladdr(reinterpret_cast<void*>(address - 1), &where);
  std::fprintf(stderr, "  %llx %s %s\n", address, where.dli_fname != nullptr ? where.dli_fname : "?",
               where.dli_sname != nullptr ? where.dli_sname : "?");
}

__attribute__((noinline)) void compare() {
  constexpr int kMost = 256;
  lw::u64 frames[kMost];
  void* expected[kMost];
  const lw::UnwindResult walk = lw::unwind(frames, kMost, &t_bounds);
  g_stacks += 1;
  g_cold += walk.cold;
  g_early += walk.truncated;
  if (g_alone) return;
  const int depth = backtrace(expected, kMost);
  bool equal = static_cast<int>(walk.depth) == depth;
  for (int i = 1; equal && i < depth; ++i) {
    const auto address = reinterpret_cast<lw::u64>(expected[i]);
    equal = frames[i] == address || (walk.in_signal != 0 && frames[i] == address + 1);
  }
  g_equal += equal;
  g_longer += static_cast<int>(walk.depth) > depth;
  if (equal || --g_show < 0) return;
  std::fprintf(stderr, "leakwatch (%u frames%s):\n", walk.depth, walk.truncated != 0 ? ", ends early" : "");
  for (lw::u32 i = 0; i < walk.depth; ++i) print_frame(frames[i]);
  std::fprintf(stderr, "libgcc (%d frames):\n", depth);
  for (int i = 0; i < depth; ++i) print_frame(reinterpret_cast<lw::u64>(expected[i]));
}

__attribute__((constructor)) void start() {
  t_busy = true;
  g_next_malloc = reinterpret_cast<Malloc>(dlsym(RTLD_NEXT, "malloc"));
  g_every = setting("COMPARE_EVERY", g_every);
  g_show = static_cast<long>(setting("COMPARE_SHOW", 0));
  g_alone = std::getenv("COMPARE_WITH") != nullptr;
  void* first[4];
  backtrace(first, 4);  // loads libgcc
  if (const char* reason = lw::unwind_start(0, 0)) std::fprintf(stderr, "%s\n", reason);
  t_busy = false;
  g_started = true;
}

__attribute__((destructor)) void report() {
  t_busy = true;
  std::fprintf(stderr, "%s (%d): %lu stacks, %lu equal, %lu end early, %lu longer than libgcc's, %lu cold addresses\n",
               program_invocation_short_name, getpid(), g_stacks.load(), g_equal.load(), g_early.load(),
               g_longer.load(), g_cold.load());
}

}  // namespace

extern "C" void* malloc(std::size_t bytes) {
  if (!g_started) {
    if (g_next_malloc == nullptr) g_next_malloc = reinterpret_cast<Malloc>(dlsym(RTLD_NEXT, "malloc"));
    return g_next_malloc(bytes);
  }
  void* block = g_next_malloc(bytes);
  if (!t_busy && ++g_calls % g_every == 0) {
    t_busy = true;
    compare();
    t_busy = false;
  }
  return block;
}
