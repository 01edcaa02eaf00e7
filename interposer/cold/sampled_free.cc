// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/sampled_free.h"

#include "interposer/cold/placed_blocks.h"
#include "interposer/cold/start.h"
#include "interposer/platform/atomic.h"

namespace lw {
namespace {

// One in so many frees that are looked up in vain is worth the question whether its block had better be kept. After a
// "no" many more are let through: the question takes some hundred instructions on jemalloc, and where all blocks of a
// size begin a page the answer never changes.
constexpr u32 kUntilAsked = 16, kUntilAskedAgain = 256;

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

__attribute__((noinline)) bool ask_lookalike(ThreadSlot& slot, void* block, FreeKind how) {
  if (!watching()) return true;
  const bool kept = may_be_kept(how) && keep_lookalike(block);
  slot.lookalikes_left = kept ? kUntilAsked : kUntilAskedAgain;
  return !kept;
}

// A thread that only ever frees finds its own slot here, one free in a few hundred.
__attribute__((noinline)) bool free_on_unknown_thread(void* block, FreeKind how) {
  if (block == nullptr || in_bootstrap_arena(block)) return false;
  if (load_relaxed(g_started) != 0) {
    claim_slot();
    inherit_before_free(block);
  }
  count_one(t_slot->frees);
  return filter_may_hold(reinterpret_cast<u64>(block)) ? free_sample(block, how) : true;
}

}  // namespace

void doubt_special_blocks() {
  filter_add(0);
  for (u64 at = 0; at < bootstrap_bytes_used(); at += kArenaBlock) filter_add(reinterpret_cast<u64>(g_arena) + at);
}

bool look_up_free(void* block, FreeKind how) {
  ThreadSlot* slot = t_slot;
  if (block == nullptr || slot == &nobodys_slot() || in_bootstrap_arena(block)) {
    return free_on_unknown_thread(block, how);
  }
  count_one(slot->frees);
  inherit_before_free(block);
  if (filter_may_hold(reinterpret_cast<u64>(block))) return free_sample(block, how);
  return ask_lookalike(*slot, block, how);
}

}  // namespace lw
