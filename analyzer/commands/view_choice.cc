// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/view_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "analyzer/base/pager.h"
#include "analyzer/base/sentences.h"
#include "analyzer/commands/open_paths.h"
#include "analyzer/model/threads.h"

namespace lw {
namespace {

constexpr const char* kGrains[] = {"function", "line", "file", "module"};

Grain grain_of(const std::string& word) {
  const auto found = std::find(std::begin(kGrains), std::end(kGrains), word);
  return static_cast<Grain>(found == std::end(kGrains) ? 0 : found - std::begin(kGrains));
}

bool keep_processes(const ViewChoice& choice, std::vector<Process>& processes) {
  const std::optional<Expression> wanted = expression_of(choice.verb, "--process", choice.process);
  if (!wanted) return false;
  if (!wanted->given()) return true;
  std::erase_if(processes, [&](const Process& process) {
    return !wanted->found_in(process.name) && !wanted->found_in(std::to_string(process.pid));
  });
  if (!processes.empty()) return true;
  complain(fmt::format("{}: no process matches \"{}\"", choice.verb, choice.process));
  return false;
}

bool keep_threads_of(const ViewChoice& choice, std::vector<Process>& processes) {
  if (choice.thread.empty()) return true;
  if (!choice.measure().only_alive) {
    complain(
        fmt::format("{}: --thread goes with --by live_bytes and live_count: who allocated is known of what is "
                    "alive only",
                    choice.verb));
    return false;
  }
  const std::optional<Expression> wanted = expression_of(choice.verb, "--thread", choice.thread);
  if (!wanted) return false;
  for (Process& process : processes) keep_threads(process, *wanted);
  return true;
}

// None if one of the expressions is none (that was said).
std::optional<StackFilter> filter_of(const ViewChoice& choice) {
  StackFilter filter;
  const std::tuple<const char*, const std::string*, Expression*> expressions[] = {
      {"--focus", &choice.focus, &filter.focus},    {"--ignore", &choice.ignore, &filter.ignore},
      {"--hide", &choice.hide, &filter.hide},       {"--show", &choice.show, &filter.show},
      {"--module", &choice.module, &filter.module},
  };
  for (const auto& [what, expression, to] : expressions) {
    std::optional<Expression> pattern = expression_of(choice.verb, what, *expression);
    if (!pattern) return {};
    *to = std::move(*pattern);
  }
  filter.grain = grain_of(choice.grain);
  filter.with_wrappers = choice.with_wrappers;
  return filter;
}

}  // namespace

void ViewChoice::add_paths_to(Options& options) {
  options.arguments("PATH", paths, "snapshots, live files, folders of both, or PIDs");
}

void ViewChoice::add_by_to(Options& options) {
  std::vector<std::string> words;
  for (const Measure& one : all_measures()) words.emplace_back(one.word);
  options.choice("--by", by, words, "what is shown and ordered by");
}

void ViewChoice::add_filters_to(Options& options) {
  options.text("--focus", focus, "REGEX", "only stacks in which some frame matches");
  options.text("--ignore", ignore, "REGEX", "no stacks in which some frame matches");
  options.text("--hide", hide, "REGEX", "take matching frames out of the stacks");
  options.text("--show", show, "REGEX", "take all other frames out of the stacks");
  options.text("--module", module, "REGEX", "only stacks that lead through such an object file");
  options.text("--thread", thread, "REGEX", "only what threads of such a name or number allocated");
  options.text("--process", process, "REGEX", "only processes of such a name or number");
  options.flag("--wrappers", with_wrappers, "show also the allocator's and C++ library's own innermost frames");
  options.flag("--json", json, "for programs");
  symbols.add_to(options);
}

void ViewChoice::add_grain_to(Options& options) {
  options.choice("--grain", grain, {std::begin(kGrains), std::end(kGrains)}, "what is taken as one");
}

std::optional<int> look(const ViewChoice& choice, Looked& looked) {
  Opened opened = open_paths(choice.paths);
  for (const std::string& sentence : opened.complaints) complain(sentence);
  looked.damaged = !opened.complaints.empty();
  looked.observation = std::move(opened.observation);
  std::vector<Process>& processes = looked.observation.processes;
  if (processes.empty()) return kDamaged;  // and why was just said
  if (!keep_processes(choice, processes) || !keep_threads_of(choice, processes)) return kWrongUsage;
  looked.report = report_on(looked.observation);
  return {};
}

std::optional<Expression> expression_of(const std::string& verb, const std::string& what,
                                        const std::string& expression) {
  try {
    return Expression(expression);
  } catch (const std::invalid_argument& error) {
    complain(fmt::format("{}: {}: \"{}\" is not a regular expression: {}", verb, what, expression, error.what()));
    return {};
  }
}

std::optional<int> look(const ViewChoice& choice, StackFilter& filter, Looked& looked) {
  std::optional<StackFilter> compiled = filter_of(choice);
  if (!compiled) return kWrongUsage;
  filter = std::move(*compiled);
  return look(choice, looked);
}

NamedCode name_everything(const ViewChoice& choice, Looked& looked) {
  std::vector<StackNumber> stacks;
  for (const ProcessReport& process : looked.report.processes) {
    for (const Assessment& site : process.sites) stacks.push_back(site.stack);
  }
  return name_code(looked.observation.code, stacks, choice.symbols, looked.report.warnings);
}

StackView view_of(const ViewChoice& choice, const StackFilter& filter, Looked& looked) {
  const NamedCode names = name_everything(choice, looked);
  return stack_view(looked.observation, looked.report, names, choice.measure(), filter);
}

std::vector<SiteOfProcess> kept_sites(const ViewChoice& choice, const StackFilter& filter, Looked& looked) {
  std::vector<SiteOfProcess> kept;
  if (!choice.filters_stacks()) {
    for (const ProcessReport& process : looked.report.processes) {
      for (const Assessment& site : process.sites) kept.emplace_back(process.process, &site);
    }
    return kept;
  }
  for (const ViewStack& stack : view_of(choice, filter, looked).stacks) kept.emplace_back(stack.process, stack.site);
  return kept;
}

std::vector<Assessment> sites_of(const Process& process, const std::vector<SiteOfProcess>& sites) {
  std::vector<Assessment> own;
  for (const auto& [owner, site] : sites) {
    if (owner == &process) own.push_back(*site);
  }
  return own;
}

void print(const ViewChoice& choice, const std::string& output) {
  if (choice.json) {
    std::fwrite(output.data(), 1, output.size(), stdout);
  } else {
    show_to_person(output);
  }
}

int show(const ViewChoice& choice, const Looked& looked, const std::string& output) {
  print(choice, output);
  return looked.status();
}

}  // namespace lw
