// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/commands.h"

#include <fmt/format.h>

#include "analyzer/base/sentences.h"

namespace lw {
namespace {

constexpr Command kCommands[] = {
    {"run", "start a program watched, and say at its end what leaked", run_command},
    {"report", "the verdict on snapshots, folders, live files or a PID", report_command},
    {"watch", "a live view of running processes, or a line per finding", watch_command},
    {"top", "the sites that hold, allocate or gain the most", top_command},
    {"tree", "who asks for the memory: stacks from main inwards, or outwards", tree_command},
    {"peek", "a function between its callers and its callees", peek_command},
    {"list", "a function's source, with what each line allocates", list_command},
    {"sites", "every stack that allocated, one by one, with its verdict", sites_command},
    {"threads", "which threads allocate, and hold what", threads_command},
    {"sizes", "how large the blocks are that are alive", sizes_command},
    {"lifetimes", "at which ages blocks are freed, and what outlives them", lifetimes_command},
    {"memory", "memory over time, as a chart", memory_command},
    {"flame", "a flame graph, as one SVG file", flame_command},
    {"export", "for pprof, speedscope, Perfetto, Prometheus and others", export_command},
    {"serve", "live, over HTTP: for go tool pprof, Prometheus and browsers", serve_command},
    {"trend", "growth per line of code over time, and where it leads", trend_command},
    {"diff", "what changed between two sets of snapshots", diff_command},
    {"check", "for CI: exit status 1 if there are findings", check_command},
    {"baseline", "remember a healthy period, for check --baseline", baseline_command},
    {"dump", "take a snapshot of a running process from outside", dump_command},
    {"merge", "many snapshots in one file, which every command reads", merge_command},
    {"inspect", "the raw content of one file", inspect_command},
    {"selftest", "leak on purpose, and compare the estimate with the truth", selftest_command},
    {"help", "this list, or help on one command", help_command},
};

}  // namespace

std::span<const Command> all_commands() { return kCommands; }

const Command* find_command(const std::string& name) {
  for (const Command& command : kCommands) {
    if (name == command.name) return &command;
  }
  return nullptr;
}

int complain_about_command(const std::string& name) {
  std::vector<std::string_view> names;
  for (const Command& command : kCommands) names.emplace_back(command.name);
  const std::string_view meant = nearest(name, names);
  complain(meant.empty() ? fmt::format("there is no command \"{}\"; `leakwatch help` lists them", name)
                         : fmt::format("there is no command \"{}\"; did you mean \"{}\"?", name, meant));
  return kWrongUsage;
}

}  // namespace lw
