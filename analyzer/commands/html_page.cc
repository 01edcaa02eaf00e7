// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/html_page.h"

#include <algorithm>
#include <span>
#include <unordered_set>

#include "analyzer/commands/answer.h"
#include "analyzer/model/heaviest_sites.h"
#include "analyzer/render/html_report.h"

namespace lw {
namespace {

// More than a page has room for: many stacks share their frames' names, and few are deep.
constexpr size_t kMostStacks = 3000;

// The filters decide before anything is judged, as in `export json`.
void keep_filtered_sites(const ViewChoice& choice, const StackFilter& filter, Looked& looked) {
  if (!choice.filters_stacks()) return;
  std::unordered_set<const Assessment*> kept;
  for (const SiteOfProcess& site : kept_sites(choice, filter, looked)) kept.insert(site.second);
  for (ProcessReport& process : looked.report.processes) {
    std::vector<Assessment> sites;
    for (Assessment& site : process.sites) {
      if (kept.count(&site) != 0) sites.push_back(std::move(site));
    }
    process.sites = std::move(sites);
  }
  looked.report.warnings.emplace_back("shown is only what the filters of the command let through");
}

// The report with those sites only that a page may show, weightiest first.
Report with_heaviest_sites(const Report& report) {
  const size_t processes = std::min(kMostProcessesOnPage, report.processes.size());
  Report heaviest;
  for (const ProcessReport& from : std::span(report.processes).first(processes)) {
    ProcessReport& process = heaviest.processes.emplace_back();
    process.process = from.process;
    for (const u32 number : heaviest_sites(from, kMostStacks / processes)) process.sites.push_back(from.sites[number]);
  }
  return heaviest;
}

}  // namespace

std::string html_page(const ViewChoice& choice, StackFilter filter, Looked& looked, unsigned reload_s) {
  keep_filtered_sites(choice, filter, looked);
  AnswerChoice judging;
  judging.symbols = choice.symbols;
  const Names names = judge(looked.observation, looked.report, judging);

  const Report heaviest = with_heaviest_sites(looked.report);
  std::vector<StackNumber> stacks;
  for (const ProcessReport& process : heaviest.processes) {
    for (const Assessment& site : process.sites) stacks.push_back(site.stack);
  }
  std::vector<std::string> said_already;
  const NamedCode code = name_code(looked.observation.code, stacks, choice.symbols, said_already);
  filter.grain = Grain::kLine;
  const StackView view = stack_view(looked.observation, heaviest, code, measure_by("live_bytes"), filter);
  return html_report({looked.observation, looked.report, names, view, reload_s});
}

}  // namespace lw
