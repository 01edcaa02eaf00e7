// SPDX-License-Identifier: Apache-2.0
#include "snapshot/pointer_scan.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <vector>

#include "analyzer/reach/range_test.h"

namespace lw {
namespace {

// What scan_words promises, word by word and block by block.
u32 find_slowly(u64 word, const std::vector<ScanBlock>& blocks) {
  const u64 address = word & ((u64{1} << 47) - 1);
  u32 found = kNoBlock;
  for (u32 i = 0; i < blocks.size(); ++i) {
    if (blocks[i].start <= address && address <= blocks[i].end) found = i;
  }
  return found;
}

std::map<u64, u32> scan(const std::vector<u64>& words, const std::vector<ScanBlock>& blocks,
                        RangeTest in_range = words_in_range) {
  std::vector<u64> filter(kPageFilterWords);
  const BlockMap map(blocks.data(), static_cast<u32>(blocks.size()), filter.data(), in_range);
  std::map<u64, u32> found;
  scan_words(words.data(), words.size(), map, [&](u64 i, u32 block) { found[i] = block; });
  return found;
}

}  // namespace

TEST_CASE("start, inside, end, tags below and above are pointers; what lies beside is none", "[reach]") {
  const std::vector<ScanBlock> blocks = {{0x10000, 0x10040}, {0x7f0000000000, 0x7f0000000001}};
  const u64 tagged = 0x10000 | u64{0xffff} << 48;
  CHECK(scan({0x10000, 0x10020, 0x10040, 0x10003, tagged}, blocks).size() == 5);
  CHECK(scan({0xffff, 0x10041, 0, ~u64{0}, 0x20000, 0x7f0000000002}, blocks).empty());
  CHECK(scan({0x7f0000000000}, blocks).at(0) == 1);
}

TEST_CASE("a pointer to where one block ends and the next begins is the next one's", "[reach]") {
  CHECK(scan({0x10040}, {{0x10000, 0x10040}, {0x10040, 0x10080}}).at(0) == 1);
}

TEST_CASE("of no blocks nothing is found", "[reach]") {
  const std::vector<u64> words = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ~u64{0}};
  CHECK(scan(words, {}).empty());
  CHECK(scan(words, {}, widest_range_test()).empty());
}

TEST_CASE("a block of many gigabytes is found on every page of it", "[reach]") {
  const ScanBlock huge{u64{1} << 40, (u64{1} << 40) + (u64{8} << 30)};
  for (u64 at = huge.start; at <= huge.end; at += (u64{1} << 28) + 4096) CHECK(scan({at}, {huge}).size() == 1);
}

TEST_CASE("the quick search finds what the slow one finds, in words near blocks and anywhere", "[reach]") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<ScanBlock> blocks;
    u64 at = 0x555500000000;
    for (u64 i = random() % 60; i > 0; --i) {
      at += random() % 100000;
      if (random() % 8 == 0) at += random() % (u64{1} << 40);
      const u64 start = at;
      at += 1 + random() % 9000;
      blocks.push_back({start, at});
    }
    std::vector<u64> words(random() % 500);
    for (u64& word : words) {
      word = random() >> random() % 64;
      if (blocks.empty() || random() % 4 == 0) continue;
      const ScanBlock& near = blocks[random() % blocks.size()];
      word = near.start + random() % (near.end - near.start + 32) - 16 + (random() % 2 << 60);
    }
    std::map<u64, u32> expected;
    for (u64 i = 0; i < words.size(); ++i) {
      if (const u32 block = find_slowly(words[i], blocks); block != kNoBlock) expected[i] = block;
    }
    CHECK(scan(words, blocks) == expected);
    CHECK(scan(words, blocks, widest_range_test()) == expected);
  }
}

}  // namespace lw
