// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/report_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/finding_card.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/ledger_text.h"
#include "analyzer/render/unfinished_search.h"

namespace lw {
namespace {

constexpr size_t kIndent = 2;
// A run of many small programs: more clean ones than this are only counted.
constexpr size_t kMostCleanProcesses = 5;

std::string line(const std::string& text, const Terminal& terminal) {
  return wrapped(std::string(kIndent, ' ') + text, terminal.width, kIndent) + '\n';
}

Ink ink_of(const ProcessReport& report) {
  if (report.leaks() > 0) return Ink::kRed;
  return report.findings.empty() ? Ink::kGreen : Ink::kYellow;
}

std::string sites_text(const ProcessReport& report) {
  std::string text;
  const auto add = [&](Verdict verdict, const char* word) {
    const u32 count = report.count(verdict);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count_text(count), word);
  };
  add(Verdict::kLost, "lost");
  add(Verdict::kGrowing, "growing");
  add(Verdict::kSteady, "steady");
  add(Verdict::kWarming, "warming up");
  add(Verdict::kPeriodic, "periodic");
  add(Verdict::kUnfreed, "alive at the exit, not growing");
  add(Verdict::kUnknown, "undecided");
  if (text.empty()) return "Sites: none; the program allocated too little to be sampled.";
  if (report.wait_s > 0 && report.process->ended == Ended::kRunning) {
    text += fmt::format(" (about {} more)", rough_duration_text(report.wait_s));
  }
  return "Sites: " + text + ".";
}

std::string cost_text(const ProcessReport& report) {
  const Cost& cost = report.cost;
  std::string text =
      fmt::format("Cost of watching: {} of one CPU, {} of memory, {} samples/s.", share_text(cost.cpu_share),
                  bytes_text(cost.own_bytes), count_text(cost.samples_per_s));
  for (const Drop& drop : report.process->drops) {
    text += fmt::format(" Dropped: {} × {}.", count_text(static_cast<f64>(drop.count)), drop.reason);
  }
  return text;
}

std::string search_text(const LiveReach& reach) {
  if (reach.looked || reach.unfinished == 0) return "";
  return fmt::format("Pointers to the blocks were not looked for to the end, because {}: what is lost is not known.",
                     why_unfinished(reach.unfinished));
}

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string place_table(const ProcessReport& report, const Names& names, const Terminal& terminal) {
  using Side = Table::Side;
  std::vector<const Assessment*> places;
  for (const Assessment& place : report.places) places.push_back(&place);
  std::stable_sort(places.begin(), places.end(),
                   [](const Assessment* a, const Assessment* b) { return a->live_bytes.value > b->live_bytes.value; });
  Table table({Side::kLeft, Side::kRight, Side::kRight, Side::kRight, Side::kLeft});
  table.add({"verdict", "sure", "alive", "growth", "site"});
  for (const Assessment* place : places) {
    table.add({words_of(place->verdict).word, confidence_text(place->confidence), bytes_text(place->live_bytes.value),
               rate_text(place->bytes_per_s.value), place_text(names.site(place->stack), terminal.width - 46)});
  }
  return '\n' + table.text(terminal.width, kIndent);
}

std::string findings_text(const Process& process, const std::vector<Assessment>& findings, const Names& names,
                          const TextChoice& choice, const Terminal& terminal) {
  std::string text;
  size_t number = 0;
  std::set<Verdict> advised;  // once is enough
  for (const Assessment& finding : findings) {
    if (number == choice.most_findings) break;
    const bool with_advice = advised.insert(finding.verdict).second;
    text += '\n' + finding_card(process, finding, ++number, names, choice.depth, with_advice, terminal);
  }
  if (number < findings.size()) {
    text += fmt::format("\n    and {} more (--top {} shows them)\n", findings.size() - number, findings.size());
  }
  return text;
}

std::string process_section(const ProcessReport& report, const Names& names, const TextChoice& choice,
                            const Terminal& terminal) {
  const std::string first = wrapped(headline(report, names), terminal.width, kIndent);
  std::string text = terminal.ink(ink_of(report), first) + '\n';
  if (!report.process->live.known) return text;
  const std::string forecast = forecast_text(report, names);
  if (!forecast.empty()) text += line(forecast, terminal);
  text += findings_text(*report.process, report.findings, names, choice, terminal);
  if (!report.findings.empty()) text += '\n';
  const bool covered = (report.process->flags & kProcessNotCovered) == 0;
  if (covered) text += line(sites_text(report), terminal);
  const std::string power = power_text(report);
  if (!power.empty()) text += line(capitalized(power) + ".", terminal);
  const std::string search = search_text(report.process->live.reach);
  if (!search.empty()) text += line(search, terminal);
  text += ledger_text(report, terminal);
  text += line(cost_text(report), terminal);
  if (choice.all) text += place_table(report, names, terminal);
  return text;
}

// The findings that several processes of a program share.
std::string program_section(const ProgramReport& report, const Names& names, const TextChoice& choice,
                            const Terminal& terminal) {
  const std::string first = wrapped(headline(report, names), terminal.width, kIndent);
  return terminal.ink(Ink::kRed, first) + '\n' +
         findings_text(*report.processes.front(), report.findings, names, choice, terminal);
}

bool has_something_to_say(const ProcessReport& report) {
  const auto untold = [](const Assessment& finding) { return !finding.told_of_program; };
  return std::any_of(report.findings.begin(), report.findings.end(), untold) ||
         (report.process->flags & kProcessNotCovered) != 0;
}

// "and 37 more processes without findings of their own: git 20, sh 17"
std::string clean_rest(const std::vector<const ProcessReport*>& rest, const Terminal& terminal) {
  std::map<std::string, size_t> counts;
  for (const ProcessReport* report : rest) ++counts[report->process->name];
  std::string names;
  for (const auto& [name, count] : counts) names += fmt::format("{}{} {}", names.empty() ? "" : ", ", name, count);
  return wrapped(fmt::format("and {} more process{} without findings of their own: {}", rest.size(),
                             rest.size() == 1 ? "" : "es", names),
                 terminal.width, kIndent) +
         '\n';
}

}  // namespace

std::string report_text(const Report& report, const Names& names, const TextChoice& choice, const Terminal& terminal) {
  std::string text;
  size_t clean = 0;
  std::vector<const ProcessReport*> rest;
  for (const ProgramReport& program : report.programs) {
    text += (text.empty() ? "" : "\n") + program_section(program, names, choice, terminal);
  }
  for (const ProcessReport& process : report.processes) {
    const bool all_told = !process.findings.empty() && !has_something_to_say(process);
    const bool shown = has_something_to_say(process) || (!all_told && ++clean <= kMostCleanProcesses);
    if (!shown && !choice.all) {
      rest.push_back(&process);
      continue;
    }
    if (!text.empty()) text += '\n';
    text += process_section(process, names, choice, terminal);
  }
  if (!rest.empty()) text += '\n' + clean_rest(rest, terminal);
  if (!report.warnings.empty()) text += '\n';
  for (const std::string& warning : report.warnings)
    text += wrapped("Note: " + warning, terminal.width, kIndent) + '\n';
  return shown_on(terminal, text);
}

}  // namespace lw
