// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/placed_blocks.h"

#include <malloc.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <vector>

#include "interposer/platform/usable_size.h"
#include "tests/unit/state/fixture.h"

namespace lw::test {
namespace {

constexpr u64 kPage = 4096;

// In the sanitizer flavours malloc is the sanitizer's, of which leakwatch knows nothing: there nothing is kept.
bool is_on_glibc() {
  find_next_allocator();
  return g_neighbour == Neighbour::kGlibc;
}

// A process that samples every 512 KiB, on the allocator of this one.
class Placing {
 public:
  Placing() : process_(512 << 10) {}
  ~Placing() {
    for (void* block : blocks_) std::free(block);
    for (u64 size = 1; size < 1100; size += 8) {
      while (void* block = take_placed(size, 0)) std::free(block);
    }
  }
  void* block(u64 alignment, u64 size) {
    void* made = memalign(alignment, size);
    blocks_.push_back(made);
    return made;
  }
  // From now on somebody else gives it back.
  void give_up(void* block) { std::erase(blocks_, block); }

 private:
  WatchedProcess process_;
  std::vector<void*> blocks_;
};

TEST_CASE("An ordinary block is as roomy as it is said to be", "[allocator]") {
  if (!is_on_glibc()) return;
  std::vector<void*> blocks;
  u64 surprises = 0;
  for (u64 size = 0; size < 5000; ++size) {
    blocks.push_back(std::malloc(size));
    const u64 said = ordinary_usable_size(size), has = malloc_usable_size(blocks.back());
    CHECK(said >= size);
    CHECK(said <= has);
    surprises += said != has;  // a rest too small for a block of its own
  }
  CHECK(surprises < 100);
  for (void* block : blocks) std::free(block);
}

TEST_CASE("A block that was kept is taken by the next sample of its size, and only by that", "[allocator]") {
  if (!is_on_glibc()) return;
  Placing placing;
  void* block = placing.block(kPage, 100);
  REQUIRE(keep_placed(block, 100));
  placing.give_up(block);
  CHECK(take_placed(50, 0) == nullptr);
  CHECK(take_placed(120, 0) == nullptr);
  void* taken = take_placed(97, 0);
  CHECK(taken == block);
  CHECK(take_placed(97, 0) == nullptr);
  std::free(taken);
}

TEST_CASE("A kept block is not given for an alignment that it has not", "[allocator]") {
  if (!is_on_glibc()) return;
  Placing placing;
  void* block = placing.block(kPage, 200);
  while (reinterpret_cast<u64>(block) % (2 * kPage) == 0) block = placing.block(kPage, 200);
  REQUIRE(keep_placed(block, 200));
  placing.give_up(block);
  CHECK(take_placed(200, 2 * kPage) == nullptr);
  void* taken = take_placed(200, kPage);
  CHECK(taken == block);
  std::free(taken);
}

TEST_CASE("A block that has not the room that its sample's size promises is not kept", "[allocator]") {
  Placing placing;
  CHECK_FALSE(keep_placed(placing.block(kPage, 100), 900));
}

TEST_CASE("Large blocks are not kept", "[allocator]") {
  Placing placing;
  CHECK_FALSE(keep_placed(placing.block(kPage, 2000), 2000));
  CHECK_FALSE(keep_lookalike(placing.block(kPage, 2000)));
}

TEST_CASE("An ordinary block that looks like a sample is kept for one of exactly its size", "[allocator]") {
  if (!is_on_glibc()) return;
  Placing placing;
  void* block = placing.block(kPage, 300);
  REQUIRE(keep_lookalike(block));
  placing.give_up(block);
  void* taken = take_placed(malloc_usable_size(block), 0);
  CHECK(taken == block);
  std::free(taken);
}

TEST_CASE("Only a few blocks of a size wait", "[allocator]") {
  if (!is_on_glibc()) return;
  Placing placing;
  u32 kept = 0;
  for (u32 i = 0; i < 100; ++i) {
    void* block = placing.block(kPage, 64);
    if (!keep_placed(block, 64)) break;
    placing.give_up(block);
    ++kept;
  }
  CHECK(kept >= 1);
  CHECK(kept <= 16);
}

TEST_CASE("Nothing waits while every free is looked up", "[allocator]") {
  Placing placing;
  process().placement = 0;
  CHECK_FALSE(keep_placed(placing.block(kPage, 64), 64));
  CHECK_FALSE(keep_lookalike(placing.block(kPage, 64)));
}

}  // namespace
}  // namespace lw::test
