// SPDX-License-Identifier: Apache-2.0
// The governor: chooses the interval so that nobody else has to. It starts dense and pays for every stay in the slow
// path out of a bucket that fills at LEAKWATCH_BUDGET (a share of one CPU). An empty bucket doubles the interval, at
// once; what was spent over some seconds tells whether a denser one can be afforded. docs/sampling.md has the reasoning
// and the measured behaviour.
#pragma once

#include "interposer/state/process.h"

namespace lw {

inline constexpr u64 kFirstInterval = 16 << 10;  // auto: one sample in 16 KiB until the budget says otherwise
inline constexpr u64 kLateInterval = 512 << 10;  // the same in a child after very many, see state/family.h
inline constexpr u64 kWidestInterval = 256 << 20;

// The interval and placement a new process begins with, from the options. Also sets g_free_mask.
void start_governor(u64 now_ns);

// How long this process has been sampling, or waiting to.
u64 age_ns(u64 now_ns);

// Why a thread came to the slow path. Only samples come the more rarely the wider the interval is; frees of samples, a
// storm of them when a program ends, would widen it to no purpose.
enum class Occasion : u8 { kSample, kOther };

// After every stay in the slow path, with what it cost. `once_ns` of it went into what other samples will not need
// again: code walked for the first time, pages touched for the first time, work that had come due. Some of that is
// granted, the rest is paid for like everything; but what the interval will go on costing is told by the remainder.
void charge(Occasion occasion, u64 cost_ns, u64 once_ns, u64 now_ns);

// The live table is running full: at least this interval from now on. Used by the thinner.
void widen_interval_to(u64 interval);

// Alignment given to blocks sampled at `interval`: a sixteenth of the interval, so that the padding is at most about
// 6 % of what is allocated, but between 1 KiB and a page. Less would make glibc's heap grow: what memalign cuts off
// before and behind the block is then so small that it goes to the thread's cache, and the gaps never become one again
// (measured with 256 bytes and 1,000 threads: 85 KiB a thread). 0 = every free is looked up: at such a dense interval,
// or because the allocator remembers by which function it gave a block.
u64 placement_for(u64 interval);

}  // namespace lw
