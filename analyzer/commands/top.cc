// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/name_stacks.h"
#include "analyzer/commands/open_paths.h"
#include "analyzer/render/top.h"

namespace lw {
namespace {

// Names are the dear part. Only so many times the wanted stacks get one, which is enough for those of one line of code
// to be taken together: what is left out is smaller than all of them.
constexpr size_t kStacksPerLine = 10;

struct TopChoice {
  std::vector<std::string> paths;
  std::string by = "live_bytes";
  unsigned lines = 20;
  bool json = false;
  SymbolChoice symbols;
};

std::vector<std::string> ranking_words() {
  std::vector<std::string> words;
  for (const Ranking& ranking : all_rankings()) words.emplace_back(ranking.word);
  return words;
}

}  // namespace

int top_command(const Arguments& arguments) {
  TopChoice choice;
  Options options("top", "The sites that hold, allocate or gain the most memory.");
  options.arguments("PATH", choice.paths, "snapshots, live files, folders of both, or PIDs");
  options.choice("--by", choice.by, ranking_words(), "order");
  options.number("-n,--lines", choice.lines, "sites shown of each process (default 20)");
  options.flag("--json", choice.json, "for programs");
  choice.symbols.add_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  const Opened opened = open_paths(choice.paths);
  for (const std::string& sentence : opened.complaints) complain(sentence);
  Report report = report_on(opened.observation);
  const Ranking& ranking = ranking_by(choice.by);

  std::vector<TopOfProcess> tops;
  std::vector<StackNumber> stacks;
  const size_t candidates = std::max<size_t>(100, choice.lines * kStacksPerLine);
  for (const ProcessReport& process : report.processes) {
    tops.push_back({&process, ranked(*process.process, process.sites, ranking, candidates)});
    for (const Assessment& site : tops.back().sites) stacks.push_back(site.stack);
  }
  const Names names = name_stacks(opened.observation.code, stacks, choice.symbols, report.warnings);
  for (TopOfProcess& top : tops) {
    top.sites =
        ranked(*top.report->process, merged_by_place(opened.observation, top.sites, names), ranking, choice.lines);
  }
  const std::string text = choice.json ? top_json(tops, ranking, names, report.warnings)
                                       : top_text(tops, ranking, names, terminal_behind(STDOUT_FILENO));
  std::fputs(text.c_str(), stdout);
  return opened.complaints.empty() ? kDone : kDamaged;
}

}  // namespace lw
