// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/sampled_free.h"

#include "interposer/platform/atomic.h"

namespace lw {

bool free_slowly(const void* block, FreeKind how) {
  if (block == nullptr || in_bootstrap_arena(block)) return false;
  ThreadSlot* slot = t_slot;
  // A thread that only ever frees finds its own slot here, one free in a few hundred.
  if (slot == &g_nobodys_slot && load_relaxed(g_started) != 0) slot = claim_slot();
  slot->frees += 1;
  forget_sample(block, how);
  return true;
}

}  // namespace lw
