// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/findings.h"

#include <algorithm>
#include <map>

#include "analyzer/model/class_findings.h"

namespace lw {
namespace {

using Places = std::map<std::string, std::vector<const Assessment*>>;

bool lists_unfreed(const Process& process, const FindingChoice& choice) {
  return choice.unfreed || (choice.unfreed_if_exact && process.exact());
}

// Too little of its own for a verdict, but what there is does not speak against growth.
bool could_join_others(const Assessment& site) {
  return site.growth->old.exists && site.growth->samples > 0 && site.growth->samples < 2 * kLeastGrowthSamples;
}

Assessment together_of(const Observation& observation, const std::vector<const Assessment*>& sites) {
  Member member{sites.front()->process, {}};
  for (const Assessment* site : sites) {
    member.series.insert(member.series.end(), site->series.begin(), site->series.end());
  }
  return assess_together(observation, {{member}}, sites.front()->shares).front();
}

// The member with the most to it speaks for all: its stack is the one shown.
void biggest_first(std::vector<const Assessment*>& members) {
  std::stable_sort(members.begin(), members.end(),
                   [](const Assessment* a, const Assessment* b) { return a->live_bytes.value > b->live_bytes.value; });
}

void add_by_place(std::span<const Assessment> sites, const Names& names, auto wanted, Places& places) {
  for (const Assessment& site : sites) {
    if (wanted(site) && names.has(site.stack)) places[names.place(site.stack)].push_back(&site);
  }
}

Places by_place(std::span<const Assessment> sites, const Names& names, auto wanted) {
  Places places;
  add_by_place(sites, names, wanted, places);
  for (auto& [place, members] : places) biggest_first(members);
  return places;
}

f64 most_confident(const std::vector<const Assessment*>& members) {
  f64 most = 0;
  for (const Assessment* member : members) most = std::max(most, member->confidence);
  return most;
}

// A place grows if all that is allocated there grows, or some of it does on its own.
void add_growing(const Observation& observation, const Places& places, std::vector<Assessment>& found) {
  for (const auto& [place, members] : places) {
    std::vector<const Assessment*> growing;
    for (const Assessment* member : members) {
      if (member->verdict == Verdict::kGrowing) growing.push_back(member);
    }
    Assessment together = members.size() == 1 ? *members.front() : together_of(observation, members);
    if (together.verdict != Verdict::kGrowing && !growing.empty()) {
      together = together_of(observation, growing);
      together.verdict = Verdict::kGrowing;
      together.bytes_per_s = together.growth->bytes_per_s;
    }
    if (together.verdict != Verdict::kGrowing) continue;
    together.confidence = std::max(together.confidence, most_confident(growing));
    found.push_back(std::move(together));
  }
}

// A place loses memory if what is lost there is more than registers could hide, be it over several stacks.
void add_lost(const Observation& observation, const Places& places, std::vector<Assessment>& found) {
  for (const auto& [place, members] : places) {
    Assessment together = members.size() == 1 ? *members.front() : together_of(observation, members);
    if (together.verdict == Verdict::kLost) found.push_back(std::move(together));
  }
}

void add_unfreed(const Observation& observation, const Places& places, std::vector<Assessment>& found) {
  for (const auto& [place, members] : places) {
    Assessment finding = together_of(observation, members);
    finding.verdict = Verdict::kUnfreed;
    finding.confidence = most_confident(members);
    found.push_back(std::move(finding));
  }
}

void add_mismatches(const Process& process, const Places& places, std::vector<Assessment>& found) {
  for (const auto& [place, members] : places) {
    Assessment finding = *members.front();
    finding.verdict = Verdict::kMismatch;
    finding.mismatches = 0;
    for (const Assessment* member : members) finding.mismatches += member->mismatches;
    // Seen with our own eyes; only a missed free could have put another block at the same address.
    finding.confidence = std::min(kMostConfidence, 1 - dropped_share(process));
    found.push_back(std::move(finding));
  }
}

bool worse(const Assessment& a, const Assessment& b) {
  if (a.verdict != b.verdict) return a.verdict < b.verdict;
  if (a.verdict == Verdict::kGrowing) return a.bytes_per_s.value > b.bytes_per_s.value;
  if (a.verdict == Verdict::kLost) return a.reach->lost_bytes > b.reach->lost_bytes;
  if (a.verdict == Verdict::kMismatch) return a.mismatches > b.mismatches;
  return a.live_bytes.value > b.live_bytes.value;
}

}  // namespace

bool is_of_interest(const Process& process, const Assessment& site, const FindingChoice& choice) {
  if (site.verdict == Verdict::kUnfreed) return lists_unfreed(process, choice) || could_join_others(site);
  return words_of(site.verdict).finding || site.mismatches > 0 || site.reach->lost() > 0 ||
         site.verdict == Verdict::kUnknown || could_join_others(site);
}

std::vector<Assessment> findings_of(const Observation& observation, std::span<const Assessment> sites,
                                    const Names& names, const FindingChoice& choice) {
  std::vector<Assessment> found;
  if (sites.empty()) return found;
  const Process& process = observation.processes[sites.front().process];
  const auto loses = [](const Assessment& s) { return s.reach->lost() > 0; };
  const auto grows = [](const Assessment& s) {
    return s.verdict == Verdict::kGrowing || (s.verdict != Verdict::kLost && could_join_others(s));
  };
  const auto mismatches = [](const Assessment& s) { return s.mismatches > 0; };
  const auto unfreed = [](const Assessment& s) { return s.verdict == Verdict::kUnfreed; };
  add_lost(observation, by_place(sites, names, loses), found);
  add_growing(observation, by_place(sites, names, grows), found);
  add_mismatches(process, by_place(sites, names, mismatches), found);
  if (lists_unfreed(process, choice)) add_unfreed(observation, by_place(sites, names, unfreed), found);
  std::stable_sort(found.begin(), found.end(), worse);
  return found;
}

std::vector<Program> programs_in(const Observation& observation) {
  std::map<std::pair<std::string, std::string>, Program> by_name;
  for (u32 number = 0; number < observation.processes.size(); ++number) {
    const Process& process = observation.processes[number];
    if (!process.live.known || process.duration_s() <= 0) continue;
    const std::string file = process.executable.substr(process.executable.rfind('/') + 1);
    by_name[{process.name, file}].push_back(number);
  }
  std::vector<Program> programs;
  for (auto& [name, processes] : by_name) {
    if (processes.size() >= 2) programs.push_back(std::move(processes));
  }
  return programs;
}

namespace {

// A member for every process of the program, the one with the most to it first.
std::vector<Member> members_of(const Program& program, const std::vector<const Assessment*>& sites) {
  std::map<u32, Member> by_process;
  for (const u32 process : program) by_process[process].process = process;
  for (const Assessment* site : sites) {
    std::vector<u32>& series = by_process[site->process].series;
    series.insert(series.end(), site->series.begin(), site->series.end());
  }
  std::vector<Member> members{by_process[sites.front()->process]};
  for (auto& [process, member] : by_process) {
    if (process != sites.front()->process) members.push_back(std::move(member));
  }
  return members;
}

}  // namespace

std::vector<Assessment> program_findings_of(const Observation& observation, const Program& program,
                                            const std::vector<std::span<const Assessment>>& sites, const Names& names) {
  const auto grows_alone = [](const Assessment* s) { return s->verdict == Verdict::kGrowing; };
  const auto may_grow = [&](const Assessment* s) { return grows_alone(s) || could_join_others(*s); };
  std::vector<std::vector<Member>> groups;
  std::vector<bool> supported;  // by one process alone
  // All that is allocated at a place takes part, also in processes where it looks healthy: to choose would be to find.
  Places places;
  for (const u32 process : program) {
    add_by_place(
        sites[process], names, [](const Assessment&) { return true; }, places);
  }
  for (auto& [place, members] : places) {
    if (std::none_of(members.begin(), members.end(), may_grow)) continue;
    biggest_first(members);
    groups.push_back(members_of(program, members));
    supported.push_back(std::any_of(members.begin(), members.end(), grows_alone));
  }
  std::vector<Assessment> found;
  if (groups.empty()) return found;
  const auto& shares = places.begin()->second.front()->shares;  // the same in all that were judged
  std::vector<Assessment> together = assess_together(observation, groups, shares);
  for (size_t i = 0; i < groups.size(); ++i) {
    Assessment& finding = together[i];
    if (finding.verdict != Verdict::kGrowing || finding.seen_in < 2) continue;
    if (!supported[i] && finding.confidence < kLeastSharedConfidence) continue;
    describe_growth(observation, names, groups[i], finding);
    found.push_back(std::move(finding));
  }
  std::stable_sort(found.begin(), found.end(), worse);
  return found;
}

}  // namespace lw
