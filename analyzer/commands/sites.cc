// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>

#include "analyzer/commands/view_choice.h"
#include "analyzer/render/sites.h"
#include "analyzer/render/top.h"

namespace lw {
namespace {

void largest_first(std::vector<SiteOfProcess>& sites, const Measure& measure, size_t most) {
  std::vector<std::pair<f64, SiteOfProcess>> valued;
  for (const SiteOfProcess& site : sites) valued.emplace_back(measure.amount(*site.first, *site.second).value, site);
  std::stable_sort(valued.begin(), valued.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  sites.clear();
  for (size_t i = 0; i < std::min(most, valued.size()); ++i) sites.push_back(valued[i].second);
}

std::string json_of(const std::vector<SiteOfProcess>& sites, const ViewChoice& choice, const Names& names,
                    const Report& report) {
  std::vector<TopOfProcess> by_process;
  for (const ProcessReport& process : report.processes) {
    by_process.push_back({&process, sites_of(*process.process, sites)});
  }
  return top_json(by_process, choice.measure(), names, report.warnings);
}

}  // namespace

int sites_command(const Arguments& arguments) {
  ViewChoice choice("sites");
  unsigned lines = 20, depth = 6;
  Options options("sites", "Every way in which memory was asked for: stack by stack, with its verdict.",
                  "`top` takes the stacks of one line of code together, `sites` keeps them apart.");
  choice.add_paths_to(options);
  choice.add_by_to(options);
  options.number("-n,--lines", lines, "sites shown (default 20)");
  options.number("--depth", depth, "frames shown of a stack (default 6)");
  choice.add_filters_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  StackFilter filter;
  Looked looked;
  if (const auto status = look(choice, filter, looked)) return *status;
  std::vector<SiteOfProcess> sites = kept_sites(choice, filter, looked);
  largest_first(sites, choice.measure(), lines);
  std::vector<StackNumber> stacks;
  for (const SiteOfProcess& site : sites) stacks.push_back(site.second->stack);
  const Names names = name_stacks(looked.observation.code, stacks, choice.symbols, looked.report.warnings);
  return show(choice, looked,
              choice.json
                  ? json_of(sites, choice, names, looked.report)
                  : sites_text(sites, choice.measure(), names, looked.report, depth, terminal_behind(STDOUT_FILENO)));
}

}  // namespace lw
