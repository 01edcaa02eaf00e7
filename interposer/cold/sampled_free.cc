// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/sampled_free.h"

#include "interposer/cold/placed_blocks.h"
#include "interposer/cold/reentry_guard.h"
#include "interposer/cold/start.h"
#include "interposer/platform/atomic.h"
#include "interposer/state/address_filter.h"
#include "interposer/state/inherited.h"

namespace lw {
namespace {

// One in so many frees that are looked up in vain is worth the question whether its block had better be kept.
constexpr u64 kLookalikesToAsk = 16;

// jemalloc's dallocx may name an arena or cache in its flags, and a realloc'ed block goes on living: only what free and
// delete give back is kept.
bool may_be_kept(FreeKind how) {
  return how == FreeKind::kFree || how == FreeKind::kDelete || how == FreeKind::kDeleteArray;
}

__attribute__((noinline)) bool free_sample(void* block, FreeKind how) {
  LiveSample sample;
  if (!forget_sample(block, how, &sample)) return true;
  return !(may_be_kept(how) && sample.kind != AllocKind::kMallocx && keep_placed(block, sample.size));
}

__attribute__((noinline)) bool free_lookalike(void* block, FreeKind how) {
  return !(may_be_kept(how) && keep_lookalike(block));
}

// A thread that only ever frees finds its own slot here, one free in a few hundred.
__attribute__((noinline)) bool free_on_unknown_thread(void* block, FreeKind how) {
  if (block == nullptr || in_bootstrap_arena(block)) return false;
  if (load_relaxed(g_started) != 0) claim_slot();
  count_one(t_slot->frees);
  return filter_may_hold(reinterpret_cast<u64>(block)) ? free_sample(block, how) : true;
}

// A forked child's first free of what may be a sample of its parent's: now it needs tables of its own, before the block
// is gone, or it would be charged with memory that it has given back.
__attribute__((noinline)) void inherit_before_free(ThreadSlot& slot) {
  ReentryGuard guard(slot);
  start_watching();
}

bool is_unwatched_child() {
  return load_acquire(process().stage) == Stage::kUnknown && remembered_mappings().live != nullptr;
}

}  // namespace

bool free_slowly(void* block, FreeKind how) {
  ThreadSlot* slot = t_slot;
  if (block == nullptr || slot == &g_nobodys_slot || in_bootstrap_arena(block)) {
    return free_on_unknown_thread(block, how);
  }
  count_one(slot->frees);
  if (is_unwatched_child()) inherit_before_free(*claim_slot());
  if (filter_may_hold(reinterpret_cast<u64>(block))) return free_sample(block, how);
  return ++slot->lookalikes % kLookalikesToAsk != 0 || free_lookalike(block, how);
}

}  // namespace lw
