// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/limits.h"

#include <algorithm>
#include <unordered_map>

namespace lw {
namespace {

bool more_to_it(const Assessment& a, const Assessment& b) {
  if (a.bytes_per_s.value != b.bytes_per_s.value && a.verdict == Verdict::kGrowing) {
    return a.bytes_per_s.value > b.bytes_per_s.value;
  }
  if (a.mismatches != b.mismatches) return a.mismatches > b.mismatches;
  return a.live_bytes.value > b.live_bytes.value;
}

}  // namespace

bool breaks(const Assessment& finding, const Limits& limits) {
  if (std::find(limits.also.begin(), limits.also.end(), finding.verdict) != limits.also.end()) return true;
  if (finding.verdict == Verdict::kUnfreed) {
    const f64 most = limits.most_unfreed_bytes.value_or(0);
    return limits.lists_unfreed() && finding.live_bytes.value > most;
  }
  if (finding.verdict == Verdict::kMismatch) return true;
  if (!words_of(finding.verdict).leak) return false;
  const bool slow = limits.most_growth_bytes_per_s && finding.bytes_per_s.value <= *limits.most_growth_bytes_per_s;
  return !(finding.verdict == Verdict::kGrowing && slow);
}

void take_away_accepted(Report& report, const Names& names, const Limits& limits, Suppressions& suppressions) {
  if (suppressions.all().empty()) return;
  std::unordered_map<u32, Suppression*> by_stack;
  const auto accepted = [&](const Assessment& site) {
    if (!names.has(site.stack)) return false;
    const auto [place, fresh] = by_stack.try_emplace(static_cast<u32>(site.stack), nullptr);
    if (fresh) place->second = suppressions.matching(names[site.stack]);
    if (place->second == nullptr) return false;
    if (breaks(site, limits) || site.mismatches > 0) {
      ++place->second->sites;
      place->second->blocks += site.live_count.value;
      place->second->bytes += site.live_bytes.value;
    }
    return true;
  };
  for (ProcessReport& process : report.processes) std::erase_if(process.sites, accepted);
}

void Violations::add(const ProcessReport& report, const Assessment& finding, std::optional<Beyond> beyond) {
  Violation& violation = by_place_[{finding.verdict, names_->place(finding.stack)}];
  violation.verdict = finding.verdict;
  violation.live_bytes += finding.live_bytes.value;
  violation.live_count += finding.live_count.value;
  violation.mismatches += finding.mismatches;
  const bool worst = violation.worst == nullptr || more_to_it(finding, *violation.worst);
  if (worst) {
    violation.worst = &finding;
    violation.beyond = beyond;
  }
  if (std::find(violation.seen_in.begin(), violation.seen_in.end(), &report) != violation.seen_in.end()) return;
  violation.seen_in.insert(worst ? violation.seen_in.begin() : violation.seen_in.end(), &report);
}

std::vector<Violation> Violations::sorted() const {
  std::vector<Violation> all;
  for (const auto& [key, violation] : by_place_) all.push_back(violation);
  std::stable_sort(all.begin(), all.end(), [](const Violation& a, const Violation& b) {
    if (a.verdict != b.verdict) return a.verdict < b.verdict;
    return more_to_it(*a.worst, *b.worst);
  });
  return all;
}

std::vector<const ProcessReport*> holding_too_much(const Report& report, const Limits& limits) {
  std::vector<const ProcessReport*> found;
  for (const ProcessReport& process : report.processes) {
    if (limits.most_live_bytes && process.ledger.live_bytes.low > *limits.most_live_bytes) found.push_back(&process);
  }
  return found;
}

size_t too_short_for_growth(const Report& report) {
  return static_cast<size_t>(
      std::count_if(report.processes.begin(), report.processes.end(),
                    [](const ProcessReport& p) { return p.process->ended != Ended::kRunning && p.power.wait_s > 0; }));
}

}  // namespace lw
