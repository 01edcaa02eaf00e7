// SPDX-License-Identifier: Apache-2.0
#include "snapshot/reach_pass.h"

#include <catch2/catch.hpp>

#include "tests/unit/reach/fake_memory.h"

namespace lw {
namespace {

constexpr u64 kRoots = 0x1000, kRootsEnd = 0x1100;

// Blocks of 64 bytes at 0x10000, 0x10100, 0x10200 …
u64 at(u32 block) { return 0x10000 + u64{block} * 0x100; }

// `on_the_way`: the pass comes by the blocks before it knows which are held.
std::vector<Mark> marks_of(FakeMemory& memory, u32 count, bool on_the_way) {
  std::vector<ScanBlock> blocks;
  for (u32 i = 0; i < count; ++i) blocks.push_back({at(i), at(i) + 64});
  Bench bench(blocks);
  const auto seen = [](u32, u64, u32) {};
  ReachPass pass(bench.tables, memory, seen);
  if (on_the_way) pass.scan_roots(at(0), at(count));
  pass.scan_roots(kRoots, kRootsEnd);
  pass.flood();
  pass.tell_lost_apart();
  REQUIRE_FALSE(pass.stopped());
  return bench.marks;
}

std::vector<Mark> marks_of(FakeMemory& memory, u32 count) {
  const std::vector<Mark> marks = marks_of(memory, count, false);
  CHECK(marks == marks_of(memory, count, true));
  return marks;
}

constexpr Mark kHeld = Mark::kHeld, kLost = Mark::kUnseen, kByLost = Mark::kByLost;

}  // namespace

TEST_CASE("what a root leads to is held, over any number of blocks", "[reach]") {
  FakeMemory memory;
  memory[kRoots + 8] = at(2);
  memory[at(2) + 56] = at(0) + 5;
  memory[at(0)] = at(1);
  CHECK(marks_of(memory, 4) == std::vector<Mark>{kHeld, kHeld, kHeld, kLost});
}

TEST_CASE("a lost list has one head, in whichever order its blocks lie", "[reach]") {
  FakeMemory memory;
  memory[at(1)] = at(3);
  memory[at(3)] = at(0);
  memory[at(0)] = at(2);
  CHECK(marks_of(memory, 4) == std::vector<Mark>{kByLost, kLost, kByLost, kByLost});
}

TEST_CASE("of a lost cycle one block is the head, also of a block that points to itself", "[reach]") {
  FakeMemory memory;
  memory[at(0)] = at(1);
  memory[at(1)] = at(0);
  memory[at(2)] = at(2);
  CHECK(marks_of(memory, 3) == std::vector<Mark>{kLost, kByLost, kLost});
}

TEST_CASE("a cycle that another lost block points to hangs on that one", "[reach]") {
  FakeMemory memory;
  memory[at(0)] = at(1);
  memory[at(1)] = at(0);
  memory[at(2)] = at(1);
  CHECK(marks_of(memory, 3) == std::vector<Mark>{kByLost, kByLost, kLost});
}

TEST_CASE("of lost cycles in a row the first is the head's, in whichever order they lie", "[reach]") {
  FakeMemory memory;
  for (const u32 first : {0u, 2u, 4u}) {
    memory[at(first)] = at(first + 1);
    memory[at(first + 1)] = at(first);
  }
  memory[at(4) + 8] = at(1);
  memory[at(1) + 8] = at(3);
  CHECK(marks_of(memory, 6) == std::vector<Mark>{kByLost, kByLost, kByLost, kByLost, kLost, kByLost});
}

TEST_CASE("words of blocks are no roots, the words between them are", "[reach]") {
  FakeMemory memory;
  std::vector<ScanBlock> blocks = {{0x1000, 0x1040}, {0x2000, 0x2040}, {0x3000, 0x3040}};
  Bench bench(blocks);
  memory[0x1010] = 0x2000;
  memory[0x1040] = 0x3000;
  const auto seen = [](u32, u64, u32) {};
  ReachPass pass(bench.tables, memory, seen);
  pass.scan_roots(0x1000, 0x1100);
  CHECK(bench.marks == std::vector<Mark>{kLost, kLost, kHeld});
}

TEST_CASE("who holds a block is told with the block that the pointer lies in", "[reach]") {
  FakeMemory memory;
  Bench bench({{at(0), at(0) + 64}, {at(1), at(1) + 64}, {at(2), at(2) + 64}});
  memory[kRoots + 16] = at(1);
  memory[at(1) + 8] = at(0);
  std::map<u32, std::pair<u64, u32>> holders;
  const auto seen = [&](u32 block, u64 where, u32 by) { holders[block] = {where, by}; };
  ReachPass pass(bench.tables, memory, seen);
  pass.scan_roots(kRoots, kRootsEnd);
  pass.see_root_word(at(2), 0);
  pass.flood();
  CHECK(holders ==
        std::map<u32, std::pair<u64, u32>>{{1, {kRoots + 16, kNoBlock}}, {0, {at(1) + 8, 1}}, {2, {0, kNoBlock}}});
}

TEST_CASE("a pass that runs out of time says so", "[reach]") {
  FakeMemory memory;
  memory.looks_left = 3;
  Bench bench({{at(0), at(0) + 64}});
  const auto seen = [](u32, u64, u32) {};
  ReachPass pass(bench.tables, memory, seen);
  pass.scan_roots(0x100000, 0x200000);
  CHECK(pass.stopped());
}

// A heap of chunks of these sizes; `free` ones are told so by the chunk behind them. The last is the top.
HeapExtent lay_out_heap(FakeMemory& memory, u64 start, const std::vector<std::pair<u64, bool>>& chunks) {
  u64 chunk = start;
  bool before_in_use = true;
  for (const auto& [size, free] : chunks) {
    memory[chunk + 8] = size | (before_in_use ? 1 : 0);
    before_in_use = !free;
    chunk += size;
  }
  return {start, chunk};
}

TEST_CASE("what a free chunk still holds holds nothing, what a chunk in use holds does", "[reach]") {
  FakeMemory memory;
  const HeapExtent heap = lay_out_heap(memory, 0x40000, {{64, false}, {64, true}, {64, false}, {4096, false}});
  Bench bench({{at(0), at(0) + 64}, {at(1), at(1) + 64}, {at(2), at(2) + 64}, {at(3), at(3) + 64}});
  memory[0x40018] = at(0);
  memory[0x40058] = at(1);       // in the free chunk
  memory[0x400c0] = at(2);       // the last word of the third chunk, where the top begins
  memory[0x400c0 + 64] = at(3);  // in the top chunk
  const auto seen = [](u32, u64, u32) {};
  ReachPass pass(bench.tables, memory, seen);
  CHECK(pass.scan_heap(heap, false) == 0x400c0);
  CHECK(bench.marks == std::vector<Mark>{kHeld, kLost, kHeld, kLost});
}

TEST_CASE("of a heap larger than the buffer every chunk counts as what it is, small or large", "[reach]") {
  FakeMemory memory;
  std::vector<std::pair<u64, bool>> chunks;
  for (u32 i = 0; i < 80; ++i) chunks.emplace_back(i % 20 == 19 ? 12304 : 208 + i % 5 * 16, i % 3 == 0);
  chunks.emplace_back(8192, false);
  const HeapExtent heap = lay_out_heap(memory, 0x40000, chunks);
  std::vector<ScanBlock> blocks;
  std::vector<Mark> expected;
  u64 chunk = heap.first;
  for (u32 i = 0; i < 80; ++i) {
    blocks.insert(blocks.end(), {{at(2 * i), at(2 * i) + 64}, {at(2 * i + 1), at(2 * i + 1) + 64}});
    memory[chunk + 16] = at(2 * i);
    chunk += chunks[i].first;
    memory[chunk] = at(2 * i + 1);  // the last word of this chunk
    expected.insert(expected.end(), 2, chunks[i].second ? kLost : kHeld);
  }
  Bench bench(blocks);
  const auto seen = [](u32, u64, u32) {};
  ReachPass pass(bench.tables, memory, seen);
  CHECK(pass.scan_heap(heap, false) == chunk);
  CHECK(bench.marks == expected);
}

TEST_CASE("where every block is known, the rest of a heap holds nothing", "[reach]") {
  FakeMemory memory;
  const HeapExtent heap = lay_out_heap(memory, 0x40000, {{64, false}, {4096, false}});
  Bench bench({{at(0), at(0) + 64}});
  memory[0x40018] = at(0);
  const auto seen = [](u32, u64, u32) {};
  ReachPass pass(bench.tables, memory, seen);
  CHECK(pass.scan_heap(heap, true) == 0x40040);
  CHECK(bench.marks == std::vector<Mark>{kLost});
}

TEST_CASE("memory that is not laid out as a heap is all roots", "[reach]") {
  FakeMemory memory;
  Bench bench({{at(0), at(0) + 64}});
  memory[0x40008] = 0x31;
  memory[0x40038] = 0x7777;  // no size
  memory[0x40058] = at(0);
  const auto seen = [](u32, u64, u32) {};
  ReachPass pass(bench.tables, memory, seen);
  CHECK(pass.scan_heap({0x40000, 0x41000}, true) == 0);
  CHECK(bench.marks == std::vector<Mark>{kHeld});
}

}  // namespace lw
