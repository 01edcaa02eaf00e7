// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/report.h"

#include <algorithm>
#include <map>

#include "analyzer/model/assess_processes.h"
#include "analyzer/model/class_findings.h"
#include "analyzer/model/ranking.h"

namespace lw {
namespace {

Cost cost_of(const Process& process) {
  const f64 watched_s = process.duration_s();
  Cost cost;
  cost.own_bytes = static_cast<f64>(process.receipt.own_bytes);
  cost.dropped_share = dropped_share(process);
  if (watched_s <= 0) return cost;
  cost.samples_per_s = static_cast<f64>(process.receipt.samples) / watched_s;
  cost.cpu_share = static_cast<f64>(process.receipt.slow_ns) * 1e-9 / watched_s;
  return cost;
}

f64 fastest_leak(const ProcessReport& report) {
  f64 fastest = -1;
  for (const Assessment& finding : report.findings) {
    if (words_of(finding.verdict).leak) fastest = std::max(fastest, finding.bytes_per_s.value);
  }
  return fastest;
}

// What a program's finding says need not be said again of each process that has it. Where no process has it by itself,
// it is also put to the one with the most of it: who looks at processes alone must not miss it.
void share_with_processes(Report& report, const Program& program, const Assessment& found, const Names& names) {
  const std::string place = names.place(found.stack);
  bool has_one = false;
  for (const u32 number : program) {
    for (Assessment& finding : report.processes[number].findings) {
      if (finding.verdict != found.verdict || names.place(finding.stack) != place) continue;
      finding.told_of_program = has_one = true;
    }
  }
  if (has_one) return;
  report.processes[found.process].findings.push_back(found);
  report.processes[found.process].findings.back().told_of_program = true;
}

// Before the processes are put into another order than the observation's.
void add_programs(Report& report, const Observation& observation, const Names& names) {
  std::vector<std::span<const Assessment>> sites;
  for (const ProcessReport& entry : report.processes) sites.emplace_back(entry.sites);
  for (const Program& program : programs_in(observation)) {
    ProgramReport entry;
    entry.findings = program_findings_of(observation, program, sites, names);
    if (entry.findings.empty()) continue;
    for (const u32 number : program) entry.processes.push_back(&observation.processes[number]);
    for (const Assessment& finding : entry.findings) share_with_processes(report, program, finding, names);
    report.programs.push_back(std::move(entry));
  }
}

}  // namespace

u32 ProcessReport::leaks() const {
  return static_cast<u32>(std::count_if(findings.begin(), findings.end(),
                                        [](const Assessment& finding) { return words_of(finding.verdict).leak; }));
}

Report report_on(const Observation& observation) {
  Report report;
  for (const Process& process : observation.processes) {
    ProcessReport& entry = report.processes.emplace_back();
    entry.process = &process;
    entry.power = power_of(process);
    entry.ledger = ledger_of(process);
    entry.cost = cost_of(process);
    entry.churn = churn_of(process);
  }
  std::vector<std::vector<Assessment>> sites = assess_processes(observation);
  for (size_t number = 0; number < sites.size(); ++number) {
    ProcessReport& entry = report.processes[number];
    entry.sites = std::move(sites[number]);
    for (const Assessment& site : entry.sites) {
      ++entry.counts[static_cast<size_t>(site.verdict)];
      if (site.verdict != Verdict::kUnknown || site.wait_s == 0) continue;
      entry.wait_s = entry.wait_s == 0 ? site.wait_s : std::min(entry.wait_s, site.wait_s);
    }
  }
  return report;
}

void add_findings(Report& report, const Observation& observation, const Names& names, const FindingChoice& choice) {
  for (ProcessReport& entry : report.processes) {
    entry.findings = findings_of(observation, entry.sites, names, choice);
    const u32 number = static_cast<u32>(entry.process - observation.processes.data());
    add_class_findings(observation, number, entry.sites, names, entry.findings);
    entry.forecast = forecast_of(*entry.process, entry.ledger, entry.findings);
  }
  add_programs(report, observation, names);
  std::stable_sort(report.processes.begin(), report.processes.end(),
                   [](const ProcessReport& a, const ProcessReport& b) {
                     const f64 fastest_a = fastest_leak(a), fastest_b = fastest_leak(b);
                     return fastest_a != fastest_b ? fastest_a > fastest_b : a.findings.size() > b.findings.size();
                   });
}

void add_places(Report& report, const Observation& observation, const Names& names) {
  for (ProcessReport& entry : report.processes) {
    std::map<std::string, const Assessment*> growing;
    for (const Assessment& finding : entry.findings) {
      // One that rests on other processes too is not this process's rate.
      if (finding.verdict == Verdict::kGrowing && finding.processes == 1)
        growing[names.place(finding.stack)] = &finding;
    }
    for (Assessment& place : merged_by_place(observation, entry.sites, names)) {
      const auto found = growing.find(names.place(place.stack));
      if (found != growing.end()) place = *found->second;
      entry.places.push_back(std::move(place));
    }
  }
}

}  // namespace lw
