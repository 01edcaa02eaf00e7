// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/class_findings.h"

#include <algorithm>

#include "analyzer/model/churn.h"
#include "analyzer/model/container.h"
#include "analyzer/model/fragmentation.h"
#include "analyzer/model/freed_by.h"
#include "analyzer/model/measure.h"
#include "analyzer/model/residue.h"
#include "analyzer/model/thread_growth.h"

namespace lw {
namespace {

// So much of a doubt remains where the pace of a single block speaks.
constexpr f64 kSureOfPace = 0.9;

using Findings = std::vector<Assessment>;

Subject subject_of(const Observation& observation, const Assessment& site) {
  const Process& process = observation.processes[site.process];
  return {&process, site.freed_at_exit ? &*process.before_exit : &process.live, site.series};
}

bool grows(const Assessment& finding) { return finding.verdict == Verdict::kGrowing; }

void append(Findings& findings, Findings&& more) {
  for (Assessment& finding : more) findings.push_back(std::move(finding));
}

// The room for elements among the blocks of a place, told apart from the elements by its own stacks.
std::optional<ContainerCase> room_in(const Observation& observation, std::span<const Member> members,
                                     const Assessment& finding, const Names& names) {
  std::optional<ContainerCase> room;
  for (const Member& member : members) {
    const Process& process = observation.processes[member.process];
    for (const u32 series : member.series) {
      const StackNumber stack = process.series[series].stack;
      if (!names.has(stack)) continue;
      const auto part = container_of({&process, &judged_live_set(process, finding), {series}}, names, stack);
      if (!part) continue;
      const f64 before = room ? room->capacity_bytes : 0;
      if (!room || part->largest_bytes > room->largest_bytes) room = part;
      room->capacity_bytes = before + part->capacity_bytes;
    }
  }
  return room;
}

bool is_in(const Findings& findings, const Assessment& site) {
  return std::any_of(findings.begin(), findings.end(), [&](const Assessment& finding) {
    return grows(finding) &&
           std::find(finding.series.begin(), finding.series.end(), site.series.front()) != finding.series.end();
  });
}

// A vector that is filled and never emptied: its pace is that of its content, known to lie between half of its room and
// all of it.
Findings filling_arrays(const Observation& observation, std::span<const Assessment> sites, const Names& names,
                        const Findings& known) {
  Findings found;
  for (const Assessment& site : sites) {
    if (is_in(known, site) || !names.has(site.stack)) continue;
    const Subject subject = subject_of(observation, site);
    const auto container = container_of(subject, names, site.stack);
    if (!container || !fills_at_a_steady_pace(*container, subject.now_s())) continue;
    Assessment finding = site;
    finding.verdict = Verdict::kGrowing;
    finding.confidence = kSureOfPace;
    finding.container = container;
    const f64 room_per_s = container->capacity_bytes / subject.now_s();
    finding.bytes_per_s = {container->touched_share.value_or(1) * room_per_s, room_per_s / 2, room_per_s};
    found.push_back(std::move(finding));
  }
  return found;
}

// Room for elements that grow themselves: they are the cause. As in residue.h, an element has its place in the room.
bool is_room_for(const Assessment& room, const Assessment& elements, const Names& names) {
  constexpr f64 kLeastRoom = 4, kMostRoom = 256;
  constexpr f64 kNearlyAll = 0.9;
  const auto is_room = [&](const Assessment& finding) {
    return finding.container && finding.container->capacity_bytes >= kNearlyAll * finding.live_bytes.value;
  };
  if (!is_room(room) || is_room(elements) || elements.live_count.value <= 0) return false;
  if (kinship(names[room.stack], names[elements.stack]) <= 0) return false;
  const f64 for_each = room.container->capacity_bytes / elements.live_count.value;
  return for_each >= kLeastRoom && for_each <= kMostRoom && room.live_bytes.value <= elements.live_bytes.value;
}

void blame_elements(const Names& names, Findings& findings) {
  for (size_t i = 0; i < findings.size();) {
    const auto elements = std::find_if(findings.begin(), findings.end(), [&](const Assessment& other) {
      return &other != &findings[i] && grows(other) && grows(findings[i]) && is_room_for(findings[i], other, names);
    });
    if (elements == findings.end()) {
      ++i;
      continue;
    }
    elements->container = findings[i].container;
    findings.erase(findings.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void blame_threads(const Observation& observation, Findings& threads, Findings& findings) {
  for (Assessment& maker : threads) {
    std::erase_if(findings, [&](const Assessment& finding) {
      if (!grows(finding) || !grows_with_threads(observation.processes[finding.process], finding, maker)) return false;
      add_to_threads(maker, finding);
      return true;
    });
  }
}

}  // namespace

void describe_growth(const Observation& observation, const Names& names, std::span<const Member> members,
                     Assessment& finding) {
  finding.container = room_in(observation, members, finding, names);
  finding.freed_by = freed_by(observation, members, names);
}

std::vector<StackNumber> stacks_for_classes(const Process& process, const Assessment& site) {
  std::vector<StackNumber> stacks;
  if (may_be_residue(process, site) || may_be_churn(process, site)) stacks.push_back(site.stack);
  if (site.verdict == Verdict::kGrowing) stacks = releasing_stacks(process, site);
  return stacks;
}

std::vector<StackNumber> stacks_for_classes(const Process& process) {
  std::vector<StackNumber> makers;
  for (const Thread& thread : process.threads) {
    if (thread.made_by) makers.push_back(*thread.made_by);
  }
  return makers;
}

void add_class_findings(const Observation& observation, u32 process, std::span<const Assessment> sites,
                        const Names& names, Findings& findings) {
  for (Assessment& finding : findings) {
    if (!grows(finding)) continue;
    const Member member{finding.process, finding.series};
    describe_growth(observation, names, std::span(&member, 1), finding);
  }
  append(findings, filling_arrays(observation, sites, names, findings));
  blame_elements(names, findings);
  Findings threads = growing_threads(observation, process);
  std::erase_if(threads, [&](const Assessment& maker) { return !names.has(maker.stack); });
  blame_threads(observation, threads, findings);
  append(findings, std::move(threads));
  append(findings, fragmentation_of(observation, process));
  append(findings, residues(observation, sites, names));
  append(findings, churning(observation, sites, names));
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Assessment& a, const Assessment& b) { return a.verdict < b.verdict; });
}

}  // namespace lw
