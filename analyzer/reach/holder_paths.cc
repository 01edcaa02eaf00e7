// SPDX-License-Identifier: Apache-2.0
#include "analyzer/reach/holder_paths.h"

#include <algorithm>
#include <map>

namespace lw {
namespace {

constexpr u32 kChunksBetweenClocks = 4096;

// A way that is still being followed.
struct Step {
  size_t path;
  u64 word;
};

// The chunk in use around each word, for those that lie in one.
std::map<u64, ScanBlock> chunks_around(ProcessMemory& memory, const Scene& scene, const std::vector<Step>& steps) {
  std::vector<u64> words;
  for (const Step& step : steps) words.push_back(step.word);
  std::sort(words.begin(), words.end());
  std::map<u64, ScanBlock> chunks;
  for (const HeapExtent& heap : heap_extents(memory, scene)) {
    ChunkWalk walk(memory, heap);
    auto word = std::lower_bound(words.begin(), words.end(), heap.first);
    u32 chunks_until_clock = 0;
    while (word != words.end() && *word < heap.end && walk.step()) {
      if (chunks_until_clock-- == 0) {
        if (memory.out_of_time()) return {};
        chunks_until_clock = kChunksBetweenClocks;
      }
      for (; word != words.end() && *word < walk.user_end(); ++word) {
        if (*word >= walk.user_start() && !walk.free()) chunks[*word] = {walk.user_start(), walk.user_end()};
      }
    }
  }
  return chunks;
}

}  // namespace

HolderPaths holder_paths(ProcessMemory& memory, const Scene& scene, const std::vector<u64>& words, u32 most_steps) {
  HolderPaths result;
  std::vector<HolderPath>& paths = result.paths;
  std::vector<Step> steps;
  for (const u64 word : words) {
    if (word != 0) steps.push_back({paths.size(), word});
    paths.push_back({word, 0});
  }
  for (u32 i = 0; i < most_steps && !steps.empty() && !memory.out_of_time(); ++i) {
    const std::map<u64, ScanBlock> chunks = chunks_around(memory, scene, steps);
    std::map<u64, u32> numbers;  // by start: several words may lie in one chunk
    std::vector<ScanBlock> targets;
    for (const auto& [word, chunk] : chunks) {
      if (numbers.try_emplace(chunk.start, static_cast<u32>(targets.size())).second) targets.push_back(chunk);
    }
    const BlockTable table(targets);
    const Look look = look_at(memory, scene, table);
    std::vector<u64> where(targets.size());  // the pointer to it lies
    std::vector<bool> is_held(targets.size());
    for (u32 block = 0; block < table.count(); ++block) {
      where[table.number_of(block)] = look.holders[block].where;
      is_held[table.number_of(block)] = look.marks[block] == Mark::kHeld;
    }
    std::vector<Step> higher;
    for (const Step& step : steps) {
      const auto chunk = chunks.find(step.word);
      if (chunk == chunks.end()) continue;  // it is no block's: the way ends here
      const u32 number = numbers.at(chunk->second.start);
      if (!is_held[number]) continue;
      paths[step.path] = {where[number], paths[step.path].blocks + 1};
      if (where[number] != 0) higher.push_back({step.path, where[number]});
    }
    result.cut_short = memory.out_of_time();
    steps = std::move(higher);
  }
  return result;
}

}  // namespace lw
