// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>

#include "analyzer/commands/view_choice.h"
#include "analyzer/model/ranking.h"
#include "analyzer/render/top.h"

namespace lw {
namespace {

// Names are the dear part. Only so many times the wanted stacks get one, which is enough for those of one line of code
// to be taken together: what is left out is smaller than all of them.
constexpr size_t kStacksPerLine = 10;

}  // namespace

int top_command(const Arguments& arguments) {
  ViewChoice choice("top");
  unsigned lines = 20;
  Options options("top", "The lines of code that hold, allocate or gain the most memory.");
  choice.add_paths_to(options);
  choice.add_by_to(options);
  options.number("-n,--lines", lines, "lines shown of each process (default 20)");
  choice.add_filters_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  StackFilter filter;
  Looked looked;
  if (const auto status = look(choice, filter, looked)) return *status;
  const std::vector<SiteOfProcess> kept = kept_sites(choice, filter, looked);

  const Measure& measure = choice.measure();
  // Asked for twice, since those of very many processes at once would be most of the memory.
  const auto candidates_of = [&](const Process& process) {
    return ranked(process, sites_of(process, kept), measure, std::max<size_t>(100, lines * kStacksPerLine));
  };
  std::vector<StackNumber> stacks;
  for (const ProcessReport& report : looked.report.processes) {
    for (const Assessment& site : candidates_of(*report.process)) stacks.push_back(site.stack);
  }
  const Names names = name_stacks(looked.observation.code, stacks, choice.symbols, looked.report.warnings);
  std::vector<TopOfProcess> tops;
  for (const ProcessReport& report : looked.report.processes) {
    const Process& process = *report.process;
    std::vector<Assessment> places = merged_by_place(looked.observation, candidates_of(process), names);
    tops.push_back({&report, ranked(process, std::move(places), measure, lines)});
  }
  return show(choice, looked,
              choice.json ? top_json(tops, measure, names, looked.report.warnings)
                          : top_text(tops, measure, names, terminal_behind(STDOUT_FILENO)));
}

}  // namespace lw
