// SPDX-License-Identifier: Apache-2.0
#include "interposer/dump/retention.h"

#include "interposer/platform/options.h"
#include "interposer/state/process.h"

namespace lw {
namespace {

struct Kept {
  u64 sequence;
  u64 taken_ns;
};

constexpr u32 kMostKept = 4096;  // what LEAKWATCH_KEEP accepts
Kept g_kept[kMostKept + 1];
u32 g_kept_count;
u32 g_kept_pid;  // the list is not wiped at fork: a child's starts anew

void remove_at(u32 index) {
  g_kept_count -= 1;
  for (u32 i = index; i < g_kept_count; ++i) g_kept[i] = g_kept[i + 1];
}

}  // namespace

u64 note_and_choose_victim(u64 sequence, u64 now_ns) {
  if (g_kept_pid != process().pid) {
    g_kept_pid = process().pid;
    g_kept_count = 0;
  }
  g_kept[g_kept_count++] = {sequence, now_ns};
  if (g_kept_count <= g_options.keep.value) return kNoVictim;
  u32 victim = 1;
  u64 smallest_gap_ns = ~u64{0};
  for (u32 i = 1; i + 1 < g_kept_count; ++i) {
    const u64 gap_ns = g_kept[i + 1].taken_ns - g_kept[i - 1].taken_ns;
    if (gap_ns < smallest_gap_ns) {
      smallest_gap_ns = gap_ns;
      victim = i;
    }
  }
  const u64 gone = g_kept[victim].sequence;
  remove_at(victim);
  return gone;
}

}  // namespace lw
