// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/reach.h"

#include <fmt/format.h>
#include <unistd.h>

#include "analyzer/base/proc.h"
#include "analyzer/commands/mark_reach.h"
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

// Of a region that the program mapped itself the kernel alone may know (a stack, a ring, code): it is not looked for,
// and what it holds is held.
std::vector<ScanBlock> blocks_of(const LiveSet& live) {
  constexpr ScanBlock kNotLookedFor{0, 0};
  std::vector<ScanBlock> blocks;
  for (const LiveBlock& block : live.blocks) {
    const bool mapped = block.kind == AllocKind::kMmap;
    blocks.push_back(mapped ? kNotLookedFor : ScanBlock{block.address, block.address + block.size});
  }
  return blocks;
}

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

void look_at_running(const CodeTable& code, Process& process, const ReachChoice& choice, const SymbolChoice& symbols,
                     std::vector<std::string>& complaints) {
  const LookChoice look{choice.looks, choice.wait_ms, choice.registers};
  const LookResult result = look_repeatedly(process.pid, blocks_of(process.live), look);
  if (!result.why_not.empty()) {
    complaints.push_back("--reach: " + result.why_not);
  } else if (start_ticks_of(process.pid) != process.start_ticks) {
    complaints.push_back(fmt::format("--reach: process {} ended while its memory was looked at", process.pid));
  } else {
    ProcessMemory memory(process.pid);
    const Surroundings around{scene_of(process.pid), &memory};
    ReachMarker(code, process, result, around, symbols).mark(births_now(process), false);
  }
}

// What the list of live blocks must be: that of the process's last moment, which only its live file has. A block of an
// older list may have been freed since.
bool is_of_the_last_moment(const Process& process) {
  return process.live.known && process.profiles[process.live.profile].reason == DumpReason::kKilled;
}

void look_in_core(const CodeTable& code, Process& process, CoreFile& core, const SymbolChoice& symbols) {
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
  process.live.reach.kernel_unseen = true;
  const Surroundings around{std::move(scene), nullptr};
  ReachMarker(code, process, result, around, symbols).mark(births_in(process.live), true);
}

void look_in_core_file(Observation& observation, const std::string& path, const SymbolChoice& symbols,
                       std::vector<std::string>& complaints) {
  std::string why_not;
  const std::unique_ptr<CoreFile> core = CoreFile::open(path, why_not);
  if (core == nullptr) return complaints.push_back(why_not);
  if (core->truncated()) {
    return complaints.push_back(path + ": the core file is cut short, so no block can be called lost; raise ulimit -c");
  }
  for (Process& process : observation.processes) {
    if (process.pid != core->pid()) continue;
    if (is_of_the_last_moment(process)) return look_in_core(observation.code, process, *core, symbols);
    why_not = fmt::format("{}: the list of live blocks of process {} is older than the core file; give its live file",
                          path, process.pid);
  }
  if (why_not.empty()) why_not = fmt::format("{}: it is of process {}, which is not among these", path, core->pid());
  complaints.push_back(why_not);
}

}  // namespace

void ReachChoice::add_looks_to(Options& options) {
  options.flag("--reach", wanted, "look in the memory of running processes for pointers to what is alive");
  options.number("--looks", looks, "how often --reach looks before it calls something lost (default 3)");
  options.number("--look-every", wait_ms, "milliseconds between two looks (default 1000)");
}

void ReachChoice::add_to(Options& options) {
  add_looks_to(options);
  options.text("--core", core, "FILE", "look in this core file instead; what epoll and timers kept is not in it");
  options.flag("--registers", registers, "let --reach stop each thread for some microseconds to see its registers");
}

void look_for_pointers(Observation& observation, const ReachChoice& choice, const SymbolChoice& symbols,
                       std::vector<std::string>& complaints) {
  if (!choice.core.empty()) return look_in_core_file(observation, choice.core, symbols, complaints);
  bool any = false;
  for (Process& process : observation.processes) {
    if (!runs_here(process)) continue;
    any = true;
    look_at_running(observation.code, process, choice, symbols, complaints);
  }
  if (!any) complaints.push_back("--reach: none of this is a process that runs here, and only those have a memory");
}

}  // namespace lw
