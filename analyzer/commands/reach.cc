// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/reach.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "analyzer/base/proc.h"
#include "analyzer/commands/name_holder.h"
#include "analyzer/commands/open_paths.h"
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

// What lives on now, by address, with the birth that tells it from another block at that address.
std::map<u64, f64> births_now(const Process& process) {
  const Opened now = open_paths({std::to_string(process.pid)});
  std::map<u64, f64> births;
  for (const Process& same : now.observation.processes) {
    if (same.start_unix_ns != process.start_unix_ns) continue;
    for (const LiveBlock& block : same.live.blocks) births[block.address] = block.birth_s;
  }
  return births;
}

Reach reach_of(Mark mark) {
  if (mark == Mark::kHeld) return Reach::kHeld;
  return mark == Mark::kByLost ? Reach::kHeldByLost : Reach::kLost;
}

class Marker {
 public:
  Marker(Process& process, const LookResult& result, const SymbolizeOptions& symbols)
      : live_(process.live), result_(result), namer_(regions_of(process.pid), symbols) {}

  void mark(const std::map<u64, f64>& births) {
    live_.reach.looked = true;
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

}  // namespace

void ReachChoice::add_to(Options& options) {
  options.flag("--reach", wanted, "look in the memory of running processes for pointers to what is alive");
  options.number("--looks", looks, "how often --reach looks before it calls something lost (default 3)");
  options.number("--look-every", wait_ms, "milliseconds between two looks (default 1000)");
  options.flag("--registers", registers, "let --reach stop each thread for some microseconds to see its registers");
}

void look_for_pointers(Observation& observation, const ReachChoice& choice, const SymbolizeOptions& symbols,
                       std::vector<std::string>& complaints) {
  bool any = false;
  for (Process& process : observation.processes) {
    if (!runs_here(process)) continue;
    any = true;
    const LookChoice look{choice.looks, choice.wait_ms, choice.registers};
    const LookResult result = look_repeatedly(process.pid, blocks_of(process.live), look);
    if (!result.why_not.empty()) {
      complaints.push_back("--reach: " + result.why_not);
    } else if (start_ticks_of(process.pid) != process.start_ticks) {
      complaints.push_back(fmt::format("--reach: process {} ended while its memory was looked at", process.pid));
    } else {
      Marker(process, result, symbols).mark(births_now(process));
    }
  }
  if (!any) complaints.push_back("--reach: none of this is a process that runs here, and only those have a memory");
}

}  // namespace lw
