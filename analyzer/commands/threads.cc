// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>

#include "analyzer/commands/view_choice.h"
#include "analyzer/render/threads.h"

namespace lw {
namespace {

struct Order {
  const char* word;
  f64 (*value)(const ThreadGroup& group);
};

constexpr Order kOrders[] = {
    {"live_bytes", [](const ThreadGroup& group) { return group.live_bytes.value; }},
    {"live_count", [](const ThreadGroup& group) { return group.live_count.value; }},
    {"alloc_bytes", [](const ThreadGroup& group) { return static_cast<f64>(group.allocated_bytes); }},
    {"alloc_count", [](const ThreadGroup& group) { return static_cast<f64>(group.allocations); }},
};

}  // namespace

int threads_command(const Arguments& arguments) {
  ViewChoice choice("threads");
  unsigned lines = 20;
  Options options("threads", "Which threads allocate, and hold what they allocated.",
                  "Threads of one name are taken together. Calls and allocated bytes are exact; what is alive is\n"
                  "estimated, and belongs to the thread that allocated it, whoever has it now.");
  std::vector<std::string> words;
  for (const Order& order : kOrders) words.emplace_back(order.word);
  choice.add_paths_to(options);
  options.choice("--by", choice.by, words, "order");
  options.number("-n,--lines", lines, "names shown of each process (default 20)");
  options.text("--thread", choice.thread, "REGEX", "only threads of such a name");
  options.text("--process", choice.process, "REGEX", "only processes of such a name or number");
  options.flag("--json", choice.json, "for programs");
  if (const auto status = options.parse(arguments)) return *status;

  const std::optional<Expression> wanted = expression_of(choice.verb, "--thread", choice.thread);
  if (!wanted) return kWrongUsage;
  choice.thread.clear();  // of names here, not of blocks
  Looked looked;
  if (const auto status = look(choice, looked)) return *status;
  const Order& order = *std::find_if(std::begin(kOrders), std::end(kOrders),
                                     [&](const Order& candidate) { return choice.by == candidate.word; });
  std::vector<ThreadsOfProcess> all;
  for (const ProcessReport& process : looked.report.processes) {
    std::vector<ThreadGroup> groups = thread_groups(*process.process);
    std::erase_if(groups, [&](const ThreadGroup& g) { return wanted->given() && !wanted->found_in(g.name); });
    std::stable_sort(groups.begin(), groups.end(),
                     [&](const ThreadGroup& a, const ThreadGroup& b) { return order.value(a) > order.value(b); });
    if (!choice.json && groups.size() > lines) groups.resize(lines);
    all.push_back({&process, std::move(groups)});
  }
  return show(
      choice, looked,
      choice.json ? threads_json(all, looked.report.warnings) : threads_text(all, terminal_behind(STDOUT_FILENO)));
}

}  // namespace lw
