// SPDX-License-Identifier: Apache-2.0
// Frees of blocks that look like samples and are none.
#include <catch2/catch.hpp>

#include "interposer/cold/sampled_free.h"
#include "tests/unit/state/fixture.h"

namespace lw::test {
namespace {

void* at(u64 address) { return reinterpret_cast<void*>(address); }
constexpr u64 kPage = 4096;
constexpr u64 kBlock = 0x7000'0000'0000;

// A watched process whose first thread has its slot.
class Freeing {
 public:
  Freeing() : process_(512 << 10) {
    process().placement = 0;  // nothing waits: the blocks here are made up
    doubt_special_blocks();
    claim_slot();
  }

 private:
  WatchedProcess process_;
};

void enter(u64 address) {
  LiveSample sample{};
  sample.address = address;
  sample.size = 64;
  sample.interval = 512 << 10;
  DropReason full;
  REQUIRE(insert_sample(sample, &full));
}

}  // namespace

TEST_CASE("A thread of which nothing is known yet looks everything up", "[allocator]") {
  Freeing freeing;
  CHECK_FALSE(frees_lookalike(at(kBlock)));
  CHECK(t_slot->frees == 0);
}

TEST_CASE("One lookup in vain lets the next lookalikes through, each counted once", "[allocator]") {
  Freeing freeing;
  CHECK(look_up_free(at(kBlock), FreeKind::kFree));
  CHECK(t_slot->frees == 1);
  u64 let_through = 0;
  while (let_through < 10'000 && frees_lookalike(at(kBlock + (let_through + 1) * kPage))) ++let_through;
  CHECK(let_through == 256);
  CHECK(t_slot->frees == 257);
}

TEST_CASE("A live sample is never let through as a lookalike", "[allocator]") {
  Freeing freeing;
  enter(kBlock);
  CHECK(look_up_free(at(kBlock + kPage), FreeKind::kFree));
  CHECK_FALSE(frees_lookalike(at(kBlock)));
  CHECK(look_up_free(at(kBlock), FreeKind::kFree));
  CHECK(live_sample_count() == 0);
  CHECK(frees_lookalike(at(kBlock)));
  CHECK(t_slot->frees == 3);
}

TEST_CASE("NULL and blocks of the bootstrap arena are never let through, nor counted", "[allocator]") {
  Freeing freeing;
  CHECK(look_up_free(at(kBlock), FreeKind::kFree));
  CHECK_FALSE(frees_lookalike(nullptr));
  CHECK_FALSE(look_up_free(nullptr, FreeKind::kFree));
  for (u64 used = 0; used < bootstrap_bytes_used(); used += kArenaBlock) CHECK_FALSE(frees_lookalike(g_arena + used));
  CHECK_FALSE(look_up_free(g_arena, FreeKind::kFree));
  CHECK(t_slot->frees == 1);
}

TEST_CASE("After a fork a thread looks everything up again", "[allocator]") {
  Freeing freeing;
  CHECK(look_up_free(at(kBlock), FreeKind::kFree));
  *t_slot = ThreadSlot{};  // as the kernel leaves it in the child
  process().stage = Stage::kUnknown;
  CHECK_FALSE(frees_lookalike(at(kBlock)));
  CHECK(look_up_free(at(kBlock), FreeKind::kFree));
  CHECK_FALSE(frees_lookalike(at(kBlock)));
}

}  // namespace lw::test
