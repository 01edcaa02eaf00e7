// SPDX-License-Identifier: Apache-2.0
// Sites: found again, kept apart, and still useful when their table runs full.
#include "interposer/state/site_table.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <vector>

#include "interposer/state/reused_code.h"
#include "tests/unit/state/fixture.h"

namespace lw::test {
namespace {

using Frames = std::vector<u64>;

u32 site_for(const Frames& frames, bool* is_new = nullptr, bool truncated = false) {
  bool unused;
  return find_or_make_site({frames.data(), static_cast<u32>(frames.size()), truncated}, 5, is_new ? is_new : &unused);
}

Frames deep_stack(u64 number, u32 depth = 30) {
  Frames frames;
  for (u32 i = 0; i < depth; ++i) frames.push_back(0x1000 + number * 0x10000 + i * 16);
  return frames;
}

// Many stacks that allocate in the same line, by different ways.
Frames way_to(u64 line, u64 way) {
  Frames frames = deep_stack(line, 8);
  for (u64 i = 0; i < 20; ++i) frames.push_back(0x9000'0000 + way * 0x1000 + i * 16);
  return frames;
}

u64 frame_of(u32 site, u32 level) { return records<u64>(TableId::kFrames)[WatchedProcess::site(site).stack + level]; }

// Sites are made until no further stack gets one of full depth; the stacks that have one, by number.
std::map<u64, u32> fill(u32 depth = 30) {
  std::map<u64, u32> sites;
  for (u64 number = 0;; ++number) {
    const u32 site = site_for(deep_stack(number, depth));
    if (WatchedProcess::site(site).depth < depth) return sites;
    sites[number] = site;
  }
}

}  // namespace

TEST_CASE("A stack finds its site again, and every stack has its own", "[state]") {
  WatchedProcess process(4096, 16 << 20);
  std::map<u32, u64> stack_of;
  for (u64 number = 0; number < 10'000; ++number) {
    bool is_new = false;
    const u32 site = site_for(deep_stack(number, 1 + static_cast<u32>(number % 40)), &is_new);
    REQUIRE(is_new);
    REQUIRE(stack_of.emplace(site, number).second);
  }
  for (const auto& [site, number] : stack_of) {
    bool is_new = true;
    const Frames frames = deep_stack(number, 1 + static_cast<u32>(number % 40));
    REQUIRE(site_for(frames, &is_new) == site);
    REQUIRE_FALSE(is_new);
    REQUIRE(process.site(site).depth == frames.size());
    for (u32 i = 0; i < frames.size(); ++i) REQUIRE(frame_of(site, i) == frames[i]);
  }
  CHECK(process.drop(DropReason::kSitesMerged).count == 0);
}

TEST_CASE("A site says when it was first seen, how deep it is, and whether it was cut", "[state]") {
  WatchedProcess process(4096);
  process.live().mappings_epoch = 9;
  const Site& whole = process.site(site_for(deep_stack(1)));
  CHECK((whole.first_ns == 5 && whole.last_ns == 5 && whole.epoch == 9 && whole.flags == 0));
  CHECK(process.site(site_for(deep_stack(2), nullptr, true)).flags == kStackTruncated);
  CHECK(process.site(kOtherSite).flags == kStackOther);
}

TEST_CASE("An allocation without a stack is nobody's, and no drop", "[state]") {
  WatchedProcess process(4096);
  CHECK(site_for({}) == kOtherSite);
  CHECK(process.drop(DropReason::kSitesMerged).count == 0);
}

TEST_CASE("When other code has taken the addresses, equal addresses are another stack", "[state]") {
  WatchedProcess process(4096);
  const Frames stack = deep_stack(1), other = deep_stack(2);
  const u32 before = site_for(stack), others = site_for(other);
  note_reuse(stack[3] - 1, stack[3]);
  const u32 after = site_for(stack);
  CHECK(after != before);
  CHECK(site_for(other) == others);
  note_reuse(stack[3] - 1, stack[3] + 100);
  CHECK(site_for(stack) != before);
  CHECK(site_for(stack) != after);
}

TEST_CASE("Known stacks keep their sites when there is no more room for new ones", "[state]") {
  WatchedProcess process(4096);
  const auto sites = fill();
  REQUIRE(sites.size() > 500);
  for (const auto& [number, site] : sites) REQUIRE(site_for(deep_stack(number)) == site);
}

TEST_CASE("In a crowded table new stacks are known by the line that allocates", "[state]") {
  WatchedProcess process(4096);
  fill();
  const u32 short_site = site_for(way_to(500'000, 1));
  CHECK(short_site != kOtherSite);
  CHECK(process.site(short_site).depth == 8);
  CHECK(process.site(short_site).flags == kStackTruncated);
  CHECK(site_for(way_to(500'000, 2)) == short_site);
  CHECK(site_for(way_to(500'001, 1)) != short_site);
}

TEST_CASE("A full table counts what it cannot keep under one site, as a drop", "[state]") {
  WatchedProcess process(4096);
  const u32 depth = GENERATE(2, 30);  // the sites run out first, or the frames
  fill(depth);
  u64 number = 1'000'000;
  while (site_for(deep_stack(number, depth)) != kOtherSite) ++number;
  const u64 merged = process.drop(DropReason::kSitesMerged).count;
  CHECK(merged > 0);
  CHECK(site_for(deep_stack(number + 1, depth)) == kOtherSite);
  CHECK(process.drop(DropReason::kSitesMerged).count == merged + 1);
  CHECK(process.site(kOtherSite).key != 0);
}

TEST_CASE("Sums of a site are what was added", "[state]") {
  WatchedProcess process(4096);
  const u32 site = site_for(deep_stack(1));
  const Weight weight = weight_of(100, 4096), twice = weight_of(100, 8192);
  for (u32 i = 0; i < 3; ++i) add_allocation(site, AllocKind::kMalloc, weight, 10 + i);
  add_free(site, AllocKind::kMalloc, weight, 20, 70'000, 0);
  reweigh_allocation(site, AllocKind::kMalloc, weight, &twice);
  reweigh_allocation(site, AllocKind::kMalloc, weight, nullptr);
  const Site& s = process.site(site);
  CHECK(s.samples == 2);
  CHECK(s.bytes == Approx(weight.bytes + twice.bytes));
  CHECK(s.count_variance == Approx(weight.count_variance + twice.count_variance));
  CHECK(s.last_ns == 12);
  const SiteFrees frees = process.frees(site);
  CHECK(frees.samples == 1);
  CHECK(frees.bytes == weight.bytes);
  CHECK(frees.last_ns == 20);
  CHECK(frees.lifetime[0] == weight.count);
  CHECK(frees.site == site + 1);
  CHECK(lw::process().live_totals.bytes == Approx(twice.bytes));
  CHECK(lw::process().live_totals.bytes_variance == Approx(twice.bytes_variance));
}

TEST_CASE("Mismatches are counted, the last one with its kinds", "[state]") {
  WatchedProcess process(4096);
  const u32 site = site_for(deep_stack(1));
  add_free(site, AllocKind::kMalloc, weight_of(100, 4096), 1, 1, 0);
  CHECK(process.frees(site).mismatches == 0);
  add_free(site, AllocKind::kMalloc, weight_of(100, 4096), 2, 1, 0x203);
  add_free(site, AllocKind::kMalloc, weight_of(100, 4096), 3, 1, 0);
  CHECK(process.frees(site).mismatches == 1);
  CHECK(process.frees(site).mismatch_kinds == 0x203);
}

TEST_CASE("Without room for a site's frees its allocations are taken back instead", "[state]") {
  WatchedProcess process(4096);
  const Weight weight = weight_of(100, 4096);
  const u32 room = span_of(TableId::kSiteFrees).capacity;
  u64 number = 0;
  for (; number < room; ++number) add_free(site_for(deep_stack(number, 2)), AllocKind::kMalloc, weight, 1, 1, 0);
  const u32 site = site_for(deep_stack(number, 2));
  add_allocation(site, AllocKind::kMalloc, weight, 1);
  add_allocation(site, AllocKind::kMalloc, weight, 1);
  add_free(site, AllocKind::kMalloc, weight, 1, 1, 0);
  CHECK(process.site(site).frees == 0);
  CHECK(process.site(site).samples == 1);
  CHECK(process.site(site).bytes == Approx(weight.bytes));
}

}  // namespace lw::test
