// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/answer.h"

#include <fmt/format.h>

#include "analyzer/base/sentences.h"
#include "analyzer/base/units.h"
#include "analyzer/model/class_findings.h"
#include "analyzer/model/ranking.h"

namespace lw {
namespace {

// From this share on drops are worth a sentence of their own.
constexpr f64 kNoticeableDrops = 0.01;

std::vector<StackNumber> stacks_to_name(const Answer& answer, const AnswerChoice& choice) {
  std::vector<StackNumber> stacks;
  const auto add = [&](const std::vector<StackNumber>& more) { stacks.insert(stacks.end(), more.begin(), more.end()); };
  for (const ProcessReport& process : answer.report.processes) {
    add(stacks_for_classes(*process.process));
    if (choice.names_of_largest > 0) add(stacks_of_largest(*process.process, process.sites, choice.names_of_largest));
    for (const Assessment& site : process.sites) {
      if (choice.all_names || is_of_interest(*process.process, site, choice.findings)) stacks.push_back(site.stack);
      add(stacks_for_classes(*process.process, site));
    }
  }
  return stacks;
}

void add_warnings(Report& report) {
  for (const ProcessReport& entry : report.processes) {
    const Process& process = *entry.process;
    if (process.flags & kProcessNotCovered) {
      report.warnings.push_back(fmt::format("{} (pid {}) brings its own malloc; its memory is invisible to leakwatch",
                                            process.name, process.pid));
    }
    for (const Drop& drop : process.drops) {
      if (drop.reason != drop_reason_name(DropReason::kNotCovered)) continue;
      report.warnings.push_back(fmt::format(
          "{} (pid {}) loaded libraries so that they find another malloc (RTLD_DEEPBIND or dlmopen, {} "
          "times); what these "
          "allocate is invisible to leakwatch",
          process.name, process.pid, drop.count == 1 ? "once" : count_text(static_cast<f64>(drop.count)) + " times"));
    }
    if (process.live.reach.holders_cut_short) {
      report.warnings.push_back(
          fmt::format("who holds the blocks of {} (pid {}) was followed up for two seconds and no further; more may "
                      "lie above the holders named here",
                      process.name, process.pid));
    }
    if (entry.cost.dropped_share >= kNoticeableDrops) {
      report.warnings.push_back(
          fmt::format("{} of the memory that {} (pid {}) allocated could not be followed; raise "
                      "LEAKWATCH_MEMORY",
                      share_text(entry.cost.dropped_share), process.name, process.pid));
    }
  }
}

// A library without debug data matters only if a finding is blamed on it.
bool concerns_a_finding(const std::string& note, const Answer& answer) {
  for (const ProcessReport& process : answer.report.processes) {
    for (const Assessment& finding : process.findings) {
      const NamedFrame& site = answer.names[finding.stack].site();
      if (site.line == 0 && note.find(site.module) != std::string::npos) return true;
    }
  }
  return false;
}

}  // namespace

Answer answer_on(Opened opened, const AnswerChoice& choice, const Answer* before) {
  Answer result;
  for (const std::string& sentence : opened.complaints) complain(sentence);
  result.complaints = std::move(opened.complaints);
  result.observation = std::move(opened.observation);
  if (!choice.work.empty()) apply_work(choice.work, result.observation);
  result.report = report_on(result.observation);
  add_warnings(result.report);
  if (before != nullptr) {
    result.names = before->names;
    result.notes = before->notes;
  }
  name_stacks(result.observation.code, stacks_to_name(result, choice), choice.symbols, result.names, result.notes);
  if (choice.before_findings) choice.before_findings(result.report, result.names);
  add_findings(result.report, result.observation, result.names, choice.findings);
  for (const std::string& note : result.notes) {
    if (concerns_a_finding(note, result)) result.report.warnings.push_back(note);
  }
  return result;
}

Answer answer(const std::vector<std::string>& paths, const AnswerChoice& choice) {
  Opened opened = open_paths(paths);
  if (choice.reach.any()) {
    look_for_pointers(opened.observation, choice.reach, choice.symbols, opened.complaints);
  }
  return answer_on(std::move(opened), choice);
}

}  // namespace lw
