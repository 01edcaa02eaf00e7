// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/file_name.h"
#include "analyzer/base/sentences.h"
#include "analyzer/base/units.h"
#include "analyzer/model/class_findings.h"
#include "analyzer/model/freed_by.h"
#include "analyzer/model/ranking.h"
#include "analyzer/render/drops_text.h"

namespace lw {
namespace {

// From this share on drops are worth a sentence of their own.
constexpr f64 kNoticeableDrops = 0.01;

std::vector<StackNumber> stacks_to_name(const Observation& observation, const Report& report,
                                        const AnswerChoice& choice) {
  std::vector<StackNumber> stacks;
  const auto add = [&](const std::vector<StackNumber>& more) { stacks.insert(stacks.end(), more.begin(), more.end()); };
  for (const ProcessReport& process : report.processes) {
    add(stacks_for_classes(*process.process));
    if (choice.names_of_largest > 0) add(stacks_of_largest(*process.process, process.sites, choice.names_of_largest));
    for (const Assessment& site : process.sites) {
      if (choice.all_names || is_of_interest(*process.process, site, choice.findings)) stacks.push_back(site.stack);
      add(stacks_for_classes(*process.process, site));
    }
  }
  // What the processes of one program share is looked for at every place: a healthy one that was left out would be
  // missing where all are added up.
  for (const Program& program : programs_in(observation)) {
    for (const u32 number : program) {
      const ProcessReport& process = report.processes[number];  // still in the observation's order
      for (const Assessment& site : process.sites) {
        stacks.push_back(site.stack);
        add(releasing_stacks(*process.process, site));
      }
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
      report.warnings.push_back(fmt::format("{} of the memory that {} (pid {}) allocated {}",
                                            share_text(entry.cost.dropped_share), process.name, process.pid,
                                            why_not_followed(process)));
    }
  }
}

// A library without debug data matters only if a finding is blamed on it.
// Notes call a module by its file, findings as it was started.
bool names_the_file(const std::string& note, const std::string& module, StackNumber stack, const CodeTable& code) {
  if (stack == kWholeProcess) return false;
  const auto frames = code[stack].frames;
  return std::any_of(frames.begin(), frames.end(), [&](FrameNumber number) {
    const ModuleNumber at = code[number].module;
    return at != kNoModule && code[at].name == module && note.find(file_name(code[at].path)) != std::string::npos;
  });
}

bool concerns_a_finding(const std::string& note, const Observation& observation, const Report& report,
                        const Names& names) {
  for (const ProcessReport& process : report.processes) {
    for (const Assessment& finding : process.findings) {
      const NamedFrame& site = names.site(finding.stack);
      if (site.line == 0 && names_the_file(note, site.module, finding.stack, observation.code)) return true;
    }
  }
  return false;
}

}  // namespace

Names judge(const Observation& observation, Report& report, const AnswerChoice& choice) {
  add_warnings(report);
  std::vector<std::string> notes;
  Names names = name_stacks(observation.code, stacks_to_name(observation, report, choice), choice.symbols, notes);
  if (choice.before_findings) choice.before_findings(report, names);
  add_findings(report, observation, names, choice.findings);
  for (const std::string& note : notes) {
    if (concerns_a_finding(note, observation, report, names)) report.warnings.push_back(note);
  }
  return names;
}

Answer answer_on(Opened opened, const AnswerChoice& choice) {
  Answer result;
  for (const std::string& sentence : opened.complaints) complain(sentence);
  result.complaints = std::move(opened.complaints);
  result.observation = std::move(opened.observation);
  if (!choice.work.counts.empty()) apply_work(choice.work.counts, result.observation);
  result.report = report_on(result.observation);
  result.names = judge(result.observation, result.report, choice);
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
