// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/reach.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lw {
namespace {

void count(const LiveBlock& block, ReachCase& reach) {
  const f64 bytes = weight_of(block.size, block.interval).bytes;
  reach.all_bytes += bytes;
  if (block.reach == Reach::kLost) ++reach.heads;
  if (block.reach == Reach::kHeldByLost) ++reach.by_lost;
  if (block.reach == Reach::kHeld) ++reach.held;
  if (block.reach == Reach::kLost || block.reach == Reach::kHeldByLost) reach.lost_bytes += bytes;
}

using Holders = std::map<std::string, u64>;  // blocks that each holds

void add(const Subject& subject, Rare<ReachCase>& known, Holders& holders) {
  const LiveSet& live = *subject.live;
  if (!live.reach.looked) return;
  const bool first = !known;
  ReachCase& reach = known.edit();
  reach.looks = first ? live.reach.looks : std::min(reach.looks, live.reach.looks);
  reach.still = live.reach.still && (first || reach.still);
  reach.kernel_unseen |= live.reach.kernel_unseen;
  reach.hidden += live.reach.hidden;
  for (const u32 series : subject.series) {
    for (u32 i = live.first[series]; i < live.first[series + 1]; ++i) {
      const LiveBlock& block = live.blocks[i];
      if (block.flags & kSampleInherited) continue;
      count(block, reach);
      if (block.reach == Reach::kHeld && block.holder != 0) ++holders[live.reach.holders[block.holder - 1]];
    }
  }
}

}  // namespace

Rare<ReachCase> reach_case_of(std::span<const Subject> subjects) {
  Rare<ReachCase> reach;
  Holders holders;
  for (const Subject& subject : subjects) add(subject, reach, holders);
  if (holders.empty()) return reach;
  u64 named = 0;
  for (const auto& [holder, blocks] : holders) named += blocks;
  auto& shares = reach.edit().holders;
  for (const auto& [holder, blocks] : holders) {
    shares.emplace_back(holder, static_cast<f64>(blocks) / static_cast<f64>(named));
  }
  std::stable_sort(shares.begin(), shares.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return reach;
}

f64 confidence_of_loss(const ReachCase& reach) {
  if (reach.heads <= reach.hidden || reach.nameless) return 0;
  const f64 seen = reach.still ? 1 : 1 - std::exp(-static_cast<f64>(reach.looks));
  return reach.kernel_unseen ? std::min(seen, kWithoutKernel) : seen;
}

}  // namespace lw
