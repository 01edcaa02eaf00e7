// SPDX-License-Identifier: Apache-2.0
// Once per sample: decides whether this allocation is one, takes its stack, enters it into the tables, and removes
// it when it is freed. What runs here may cost a microsecond; what it must never do is in DESIGN: allocate, lock,
// or change errno.
#pragma once

#include "interposer/state/process.h"

namespace lw {

// An allocation whose size has just taken the countdown below zero. Returns the interval with which it was chosen, or
// 0 if it is no sample after all: the thread was new, or the process is not watched. In both cases the thread has
// a new countdown.
u64 admit(u64 size);

// For an allocation that was admitted and then failed, or could not be followed: a new countdown, no sample.
void decline_sample();

struct SampledBlock {
  u64 address;
  u64 size;
  u64 interval;
  AllocKind kind;
  u16 reallocs;
  u64 first_birth_ns;  // 0: this is the first of its chain
};

// Enters a block that the program is about to be given. Precondition: admit() said yes on this thread.
void record_sample(const SampledBlock& block);

// The function that gives a block back, for finding mismatches.
enum class FreeKind : u8 { kFree = 0, kDelete = 1, kDeleteArray = 2, kDallocx = 3, kRealloc = 4, kMunmap = 5 };

// Before the real free: if the block is a live sample, takes it out of the set and books its free. Order matters:
// after the real free another thread may be given the same address and record it. True if the block was one, then
// *size is what it was asked with.
bool forget_sample(const void* block, FreeKind how, u64* size);

// For realloc, which may fail: takes the sample out without booking anything.
bool take_for_realloc(const void* block, LiveSample* sample);
void put_back(const LiveSample& sample);
void book_free(const LiveSample& sample, FreeKind how);

}  // namespace lw
