// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/reach.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "analyzer/base/proc.h"
#include "analyzer/commands/name_holder.h"
#include "analyzer/commands/open_paths.h"
#include "analyzer/reach/core_file.h"
#include "analyzer/reach/repeated_looks.h"

namespace lw {
namespace {

bool runs_here(const Process& process) {
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  return process.ended == Ended::kRunning && process.live.known && process.host == host &&
         start_ticks_of(process.pid) == process.start_ticks;
}

std::vector<ScanBlock> blocks_of(const LiveSet& live) {
  std::vector<ScanBlock> blocks;
  for (const LiveBlock& block : live.blocks) blocks.push_back({block.address, block.address + block.size});
  return blocks;
}

// By address, with the birth that tells a block from another at that address.
using Births = std::map<u64, f64>;

Births births_in(const LiveSet& live) {
  Births births;
  for (const LiveBlock& block : live.blocks) births[block.address] = block.birth_s;
  return births;
}

// What lives on now.
Births births_now(const Process& process) {
  const Opened now = open_paths({std::to_string(process.pid)});
  for (const Process& same : now.observation.processes) {
    if (same.start_unix_ns == process.start_unix_ns) return births_in(same.live);
  }
  return {};
}

Reach reach_of(Mark mark) {
  if (mark == Mark::kHeld) return Reach::kHeld;
  return mark == Mark::kByLost ? Reach::kHeldByLost : Reach::kLost;
}

class Marker {
 public:
  Marker(LiveSet& live, const LookResult& result, const std::vector<Region>& regions, const SymbolizeOptions& symbols)
      : live_(live), result_(result), namer_(regions, symbols) {}

  void mark(const Births& births, bool still) {
    live_.reach.looked = true;
    live_.reach.still = still;
    live_.reach.looks = result_.looks;
    live_.reach.hidden = result_.hidden;
    for (u32 i = 0; i < live_.blocks.size(); ++i) {
      LiveBlock& block = live_.blocks[i];
      const auto now = births.find(block.address);
      // A block that was freed meanwhile had a pointer somewhere, be it in a register.
      const bool lives_on = now != births.end() && now->second == block.birth_s;
      if (!result_.known[i] || !lives_on) continue;
      block.reach = reach_of(result_.marks[i]);
      if (block.reach == Reach::kHeld) block.holder = holder_number(i);
    }
  }

 private:
  // Follows the chain of known blocks up to what is in none of them.
  u32 holder_number(u32 block) {
    for (u32 steps = 0; result_.holders[block].by != kNoBlock && steps < live_.blocks.size(); ++steps) {
      block = result_.holders[block].by;
    }
    const std::string name = namer_.name(result_.holders[block].where);
    const auto [place, added] = numbers_.try_emplace(name, static_cast<u32>(numbers_.size()) + 1);
    if (added) live_.reach.holders.push_back(name);
    return place->second;
  }

  LiveSet& live_;
  const LookResult& result_;
  HolderNamer namer_;
  std::map<std::string, u32> numbers_;
};

void look_at_running(Process& process, const ReachChoice& choice, const SymbolizeOptions& symbols,
                     std::vector<std::string>& complaints) {
  const LookChoice look{choice.looks, choice.wait_ms, choice.registers};
  const LookResult result = look_repeatedly(process.pid, blocks_of(process.live), look);
  if (!result.why_not.empty()) {
    complaints.push_back("--reach: " + result.why_not);
  } else if (start_ticks_of(process.pid) != process.start_ticks) {
    complaints.push_back(fmt::format("--reach: process {} ended while its memory was looked at", process.pid));
  } else {
    Marker(process.live, result, regions_of(process.pid), symbols).mark(births_now(process), false);
  }
}

// What the list of live blocks must be: that of the process's last moment, which only its live file has. A block of an
// older list may have been freed since.
bool is_of_the_last_moment(const Process& process) {
  return process.live.known && process.profiles[process.live.profile].reason == DumpReason::kKilled;
}

void look_in_core(Process& process, CoreFile& core, const SymbolizeOptions& symbols) {
  const std::vector<ScanBlock> blocks = blocks_of(process.live);
  const BlockTable table(blocks);
  Scene scene = core.scene();
  scene.only_blocks = process.exact() && process.drops.empty();
  const Look look = look_at(core, scene, table);
  LookResult result;
  result.marks.resize(blocks.size());
  result.known.resize(blocks.size());
  result.holders.resize(blocks.size());
  result.looks = 1;
  for (u32 i = 0; i < table.count(); ++i) {
    const u32 number = table.number_of(i);
    const Holder& holder = look.holders[i];
    result.known[number] = true;
    result.marks[number] = look.marks[i];
    result.holders[number] = {holder.where, holder.by == kNoBlock ? kNoBlock : table.number_of(holder.by)};
  }
  Marker(process.live, result, scene.regions, symbols).mark(births_in(process.live), true);
}

void look_in_core_file(Observation& observation, const std::string& path, const SymbolizeOptions& symbols,
                       std::vector<std::string>& complaints) {
  std::string why_not;
  const std::unique_ptr<CoreFile> core = CoreFile::open(path, why_not);
  if (core == nullptr) return complaints.push_back(why_not);
  if (core->truncated()) {
    return complaints.push_back(path + ": the core file is cut short, so no block can be called lost; raise ulimit -c");
  }
  for (Process& process : observation.processes) {
    if (process.pid != core->pid()) continue;
    if (is_of_the_last_moment(process)) return look_in_core(process, *core, symbols);
    why_not = fmt::format("{}: the list of live blocks of process {} is older than the core file; give its live file",
                          path, process.pid);
  }
  if (why_not.empty()) why_not = fmt::format("{}: it is of process {}, which is not among these", path, core->pid());
  complaints.push_back(why_not);
}

}  // namespace

void ReachChoice::add_to(Options& options) {
  options.flag("--reach", wanted, "look in the memory of running processes for pointers to what is alive");
  options.number("--looks", looks, "how often --reach looks before it calls something lost (default 3)");
  options.number("--look-every", wait_ms, "milliseconds between two looks (default 1000)");
  options.text("--core", core, "FILE", "look in this core file of a process that died instead");
  options.flag("--registers", registers, "let --reach stop each thread for some microseconds to see its registers");
}

void look_for_pointers(Observation& observation, const ReachChoice& choice, const SymbolizeOptions& symbols,
                       std::vector<std::string>& complaints) {
  if (!choice.core.empty()) return look_in_core_file(observation, choice.core, symbols, complaints);
  bool any = false;
  for (Process& process : observation.processes) {
    if (!runs_here(process)) continue;
    any = true;
    look_at_running(process, choice, symbols, complaints);
  }
  if (!any) complaints.push_back("--reach: none of this is a process that runs here, and only those have a memory");
}

}  // namespace lw
