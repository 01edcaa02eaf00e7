// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/mark_reach.h"

#include <fmt/format.h>

#include <algorithm>

namespace lw {
namespace {

// The way up through the heap is gone for a sample of a site's blocks; each of its steps is a look at the whole memory,
// so there is a limit to the time of all.
constexpr u32 kMostOfOneSite = 16;
constexpr u32 kMostSteps = 6;
constexpr f64 kMostSeconds = 2;

Reach reach_of(Mark mark) {
  if (mark == Mark::kHeld) return Reach::kHeld;
  return mark == Mark::kByLost ? Reach::kHeldByLost : Reach::kLost;
}

}  // namespace

ReachMarker::ReachMarker(const CodeTable& code, Process& process, const LookResult& result, const Surroundings& around,
                         const SymbolChoice& symbols)
    : code_(code),
      process_(process),
      live_(process.live),
      result_(result),
      around_(around),
      symbols_(symbols),
      namer_(process, around.scene.regions, around.scene.threads, symbols.options()) {}

void ReachMarker::mark(const Births& births, bool still) {
  live_.reach.looked = true;
  live_.reach.still = still;
  live_.reach.looks = result_.looks;
  live_.reach.hidden = result_.hidden;
  std::vector<u32> held;
  std::map<u32, u32> of_site;
  for (u32 i = 0; i < live_.blocks.size(); ++i) {
    LiveBlock& block = live_.blocks[i];
    const auto now = births.find(block.address);
    const bool lives_on = now != births.end() && now->second == block.birth_s;
    if (!result_.known[i] || !lives_on) continue;
    block.reach = reach_of(result_.marks[i]);
    if (block.reach == Reach::kHeld && of_site[block.series]++ < kMostOfOneSite) held.push_back(i);
  }
  name_holders(held);
}

ReachMarker::Way ReachMarker::way_up(u32 block) const {
  Way way;
  for (size_t steps = 0; result_.holders[block].by != kNoBlock && steps < live_.blocks.size(); ++steps) {
    block = result_.holders[block].by;
    const u32 series = live_.blocks[block].series;
    if (way.series.empty() || way.series.back() != series) way.series.push_back(series);
  }
  way.word = result_.holders[block].where;
  return way;
}

void ReachMarker::name_holders(const std::vector<u32>& held) {
  std::vector<Way> ways;
  std::vector<u64> words;
  std::vector<StackNumber> stacks;
  for (const u32 block : held) {
    ways.push_back(way_up(block));
    words.push_back(ways.back().word);
    for (const u32 series : ways.back().series) stacks.push_back(process_.series[series].stack);
  }
  std::vector<std::string> notes;  // those of the report come with its own names
  names_ = name_stacks(code_, stacks, symbols_, notes);
  std::vector<HolderPath> paths;
  if (around_.memory != nullptr) {
    around_.memory->stop_after(kMostSeconds);
    HolderPaths found = holder_paths(*around_.memory, around_.scene, words, kMostSteps);
    paths = std::move(found.paths);
    live_.reach.holders_cut_short = found.cut_short;
  } else {
    for (const u64 word : words) paths.push_back({word, 0});
  }
  for (size_t i = 0; i < held.size(); ++i) {
    live_.blocks[held[i]].holder = number_of(text_of(held[i], ways[i], paths[i]));
  }
}

// "global g_sessions (server) → 2 blocks in the heap → allocated in Registry::add"
std::string ReachMarker::text_of(u32 block, const Way& way, const HolderPath& path) {
  std::string text = namer_.name(path.root);
  if (path.blocks > 0) text += fmt::format(" → {} block{} in the heap", path.blocks, path.blocks == 1 ? "" : "s");
  for (size_t i = way.series.size(); i-- > 0;) {
    if (way.series[i] == live_.blocks[block].series) continue;  // the site's own, as in a list
    text += " → allocated in " + names_.site(process_.series[way.series[i]].stack).function;
  }
  return text;
}

u32 ReachMarker::number_of(const std::string& holder) {
  const auto [place, added] = numbers_.try_emplace(holder, static_cast<u32>(numbers_.size()) + 1);
  if (added) live_.reach.holders.push_back(holder);
  return place->second;
}

}  // namespace lw
