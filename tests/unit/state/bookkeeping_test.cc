// SPDX-License-Identifier: Apache-2.0
// Births and deaths of samples: mismatches, blocks of a parent process, samples without room.
#include "interposer/cold/bookkeeping.h"

#include <catch2/catch.hpp>

#include "tests/unit/sampling/simulation.h"

namespace lw::test {
namespace {

struct Pair {
  AllocKind allocated;
  FreeKind freed;
  bool fits;
};

constexpr Pair kPairs[] = {
    {AllocKind::kMalloc, FreeKind::kFree, true},         {AllocKind::kMalloc, FreeKind::kRealloc, true},
    {AllocKind::kMalloc, FreeKind::kDallocx, true},      {AllocKind::kMalloc, FreeKind::kDelete, false},
    {AllocKind::kMalloc, FreeKind::kDeleteArray, false}, {AllocKind::kNew, FreeKind::kDelete, true},
    {AllocKind::kNew, FreeKind::kFree, false},           {AllocKind::kNew, FreeKind::kDeleteArray, false},
    {AllocKind::kNew, FreeKind::kRealloc, false},        {AllocKind::kNewArray, FreeKind::kDeleteArray, true},
    {AllocKind::kNewArray, FreeKind::kDelete, false},    {AllocKind::kNewArray, FreeKind::kFree, false},
    {AllocKind::kMallocx, FreeKind::kDallocx, true},     {AllocKind::kMallocx, FreeKind::kFree, true},
    {AllocKind::kMallocx, FreeKind::kRealloc, true},     {AllocKind::kMallocx, FreeKind::kDelete, false},
    {AllocKind::kMmap, FreeKind::kMunmap, true},         {AllocKind::kMmap, FreeKind::kFree, false},
    {AllocKind::kNew, FreeKind::kUnknown, true},         {AllocKind::kNewArray, FreeKind::kUnknown, true},
};

LiveSample sample_of(AllocKind kind, u64 address = 4096) {
  LiveSample sample{};
  sample.address = address;
  sample.size = 100;
  sample.birth_ns = 1000;
  sample.interval = 1;
  sample.site = site_of(Place(1));
  sample.kind = kind;
  return sample;
}

}  // namespace

TEST_CASE("Each way to allocate has its ways to free", "[state]") {
  for (const Pair& pair : kPairs) {
    WatchedProcess process(1);
    const LiveSample sample = sample_of(pair.allocated);
    book_birth(sample, 1000);
    LiveSample taken;
    REQUIRE(take_sample(sample.address, &taken));
    book_free(taken, pair.freed, 2000);
    const SiteFrees frees = process.frees(sample.site);
    CAPTURE(static_cast<u32>(pair.allocated), static_cast<u32>(pair.freed));
    CHECK(frees.mismatches == (pair.fits ? 0 : 1));
    if (!pair.fits) {
      CHECK(frees.mismatch_kinds == static_cast<u32>(pair.allocated) * 256 + static_cast<u32>(pair.freed));
    }
  }
}

TEST_CASE("What a parent process allocated is taken out when freed, and charged to nobody", "[state]") {
  WatchedProcess process(1);
  LiveSample sample = sample_of(AllocKind::kMalloc);
  sample.flags = kSampleInherited;
  DropReason full;
  REQUIRE(insert_sample(sample, &full));
  LiveSample taken;
  REQUIRE(take_sample(sample.address, &taken));
  book_free(taken, FreeKind::kFree, 2000);
  CHECK(process.site(sample.site).frees == 0);
  CHECK(process.live().receipt.sampled_frees == 1);
}

TEST_CASE("A parent's block whose address comes back was freed, and is no missed free of this process", "[state]") {
  WatchedProcess process(1);
  LiveSample inherited = sample_of(AllocKind::kMalloc);
  inherited.flags = kSampleInherited;
  DropReason full;
  REQUIRE(insert_sample(inherited, &full));
  book_birth(sample_of(AllocKind::kMalloc), 1000);
  CHECK(live_sample_count() == 1);
  CHECK(process.drop(DropReason::kMissedFree).count == 0);
}

TEST_CASE("A sample without room is a drop of its weight, and in no sum", "[state]") {
  WatchedProcess process(4096, kMinLiveBytes, 8);
  DropReason full;
  for (u64 i = 1; i <= 8; ++i) {
    LiveSample sample = sample_of(AllocKind::kMalloc, i * 4096);
    sample.interval = u64{1} << 50;  // nothing to thin
    sample.size = u64{1} << 40;
    REQUIRE(insert_sample(sample, &full));
  }
  LiveSample last = sample_of(AllocKind::kMalloc, 9 * 4096);
  last.interval = 4096;
  book_birth(last, 1000);
  CHECK(process.drop(DropReason::kLiveTableFull).count == 1);
  CHECK(process.drop(DropReason::kLiveTableFull).bytes == Approx(weight_of(100, 4096).bytes));
  CHECK(process.site(last.site).samples == 0);
}

TEST_CASE("A free at a clock that has not moved is a lifetime of nothing", "[state]") {
  WatchedProcess process(1);
  const LiveSample sample = sample_of(AllocKind::kMalloc);
  book_birth(sample, 1000);
  book_free(sample, FreeKind::kFree, 999);  // another thread read its clock a little earlier
  CHECK(process.frees(sample.site).lifetime[0] == 1);
}

}  // namespace lw::test
