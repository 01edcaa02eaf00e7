// SPDX-License-Identifier: Apache-2.0
#include "analyzer/watch/board.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analyzer/model/growth.h"
#include "analyzer/model/thin_profiles.h"

namespace lw {
namespace {

constexpr size_t kCurvePoints = 128;

bool runs(const ProcessReport* report) { return report->process->ended == Ended::kRunning; }

const Process& process_of(const Observation& observation, const Assessment& site) {
  return observation.processes[site.process];
}

// What the report finds there, else the most urgent of what is thought of its stacks.
Verdict verdict_of(const PlaceRow& row) {
  if (row.finding != nullptr) return row.finding->verdict;
  Verdict verdict = Verdict::kSteady;
  for (const Assessment* member : row.members) verdict = std::min(verdict, member->verdict);
  return verdict;
}

// Growth is that of the verdict where there is one, or the screen and the report would differ: of the stacks of a leak
// those do not count that stand in the same process.
SampledSum growth_of(const Observation& observation, const Measure& measure, const PlaceRow& row) {
  SampledSum sum;
  std::set<u32> told;
  for (const Assessment* finding : row.findings) {
    if (!row.members.empty() && !words_of(finding->verdict).leak) continue;
    if (told.insert(finding->process).second) sum += measure.amount(process_of(observation, *finding), *finding);
  }
  for (const Assessment* member : row.members) {
    if (told.count(member->process) == 0) sum += measure.amount(process_of(observation, *member), *member);
  }
  return sum;
}

void add_up(const Observation& observation, PlaceRow& row) {
  for (const Measure& measure : all_measures()) {
    SampledSum& sum = row.amounts.emplace_back();
    if (measure.word == "growth") {
      sum = growth_of(observation, measure, row);
      continue;
    }
    for (const Assessment* member : row.members) {
      const SampledSum amount = measure.amount(process_of(observation, *member), *member);
      if (measure.adds_up) {
        sum += amount;
      } else if (amount.value > sum.value) {
        sum = amount;
      }
    }
  }
}

// Its levels in each process, in the order of the processes.
std::map<u32, std::vector<Level>> levels_by_process(const Observation& observation, const PlaceRow& row) {
  std::map<u32, Subject> subjects;
  for (const Assessment* member : row.members) {
    const Process& process = process_of(observation, *member);
    const Subject begun{&process, &judged_live_set(process, *member), {}};
    Subject& subject = subjects.try_emplace(member->process, begun).first->second;
    subject.series.insert(subject.series.end(), member->series.begin(), member->series.end());
  }
  std::map<u32, std::vector<Level>> levels;
  for (const auto& [number, subject] : subjects) levels[number] = levels_of(subject);
  return levels;
}

Estimate change_since(const Observation& observation, const std::map<u32, std::vector<Level>>& levels, u64 unix_ns) {
  Estimate sum;
  f64 variance = 0;
  for (const auto& [number, of_process] : levels) {
    const std::optional<u32> profile = profile_at(observation.processes[number], unix_ns);
    const Level before = profile ? of_process[std::min<size_t>(*profile, of_process.size() - 1)] : Level{};
    const Estimate change = change_of_level(before, of_process.back());
    sum.value += change.value;
    variance += (change.high - change.value) * (change.high - change.value);
  }
  const f64 margin = std::sqrt(variance);
  return {sum.value, sum.value - margin, sum.value + margin};
}

u64 period_begin(const BoardChoice& choice) {
  switch (choice.period) {
    case Period::kLife:
      return 0;
    case Period::kWatched:
      return choice.watched_since_unix_ns;
    case Period::kMarked:
      break;
  }
  return choice.mark_unix_ns.value_or(choice.watched_since_unix_ns);
}

void complete(const Observation& observation, const BoardChoice& choice, PlaceRow& row) {
  std::stable_sort(row.members.begin(), row.members.end(),
                   [](const Assessment* a, const Assessment* b) { return a->live_bytes.value > b->live_bytes.value; });
  if (!row.members.empty()) row.stack = row.members.front()->stack;
  row.verdict = verdict_of(row);
  add_up(observation, row);
  if (row.members.empty()) return;
  const std::map<u32, std::vector<Level>> levels = levels_by_process(observation, row);
  if (choice.mark_unix_ns) row.since_mark = change_since(observation, levels, *choice.mark_unix_ns);
  std::vector<const Process*> processes;
  std::vector<std::vector<Level>> of_each;
  for (const auto& [number, of_process] : levels) {
    processes.push_back(&observation.processes[number]);
    of_each.push_back(of_process);
  }
  row.curve = curve_together(processes, of_each, period_begin(choice));
}

// What the report finds at a place of one of the processes: the most urgent, and of several the first.
void take_finding(PlaceRow& row, const Assessment& finding) {
  row.findings.push_back(&finding);
  if (row.finding == nullptr || finding.verdict < row.finding->verdict) row.finding = &finding;
  row.stack = finding.stack;
}

void choose_processes(Board& board) {
  for (const ProcessReport& process : board.report->processes) board.processes.push_back(&process);
  std::stable_partition(board.processes.begin(), board.processes.end(), runs);
  for (const ProcessReport* process : board.processes) {
    if (board.choice.process == key_of(*process->process)) board.chosen = process;
  }
  if (board.chosen != nullptr) {
    board.shown = {board.chosen};
    return;
  }
  // What ended processes held is nobody's any more, unless all have ended.
  const bool any_runs = !board.processes.empty() && runs(board.processes.front());
  for (const ProcessReport* process : board.processes) {
    if (runs(process) || !any_runs) board.shown.push_back(process);
  }
}

f64 seconds(u64 unix_ns) { return static_cast<f64>(unix_ns) * 1e-9; }

// The levels on the wall clock; at the start nothing was alive.
std::vector<TrendPoint> dated(const Process& process, const std::vector<Level>& levels) {
  std::vector<TrendPoint> points{{seconds(process.start_unix_ns), 0}};
  for (size_t i = 0; i < levels.size(); ++i) {
    points.push_back({seconds(process.profiles[i].taken_unix_ns), levels[i].bytes});
  }
  return points;
}

// Along straight lines between the points, nothing before the first. After the last the level stays, or has gone.
void add_to(std::vector<TrendPoint>& curve, const std::vector<TrendPoint>& points, bool stays) {
  size_t next = 0;
  for (TrendPoint& at : curve) {
    while (next < points.size() && points[next].at_s <= at.at_s) ++next;
    if (next == points.size()) {
      at.value += stays || at.at_s == points.back().at_s ? points.back().value : 0;
    } else if (next > 0) {
      const TrendPoint &before = points[next - 1], &after = points[next];
      const f64 share = (at.at_s - before.at_s) / (after.at_s - before.at_s);
      at.value += before.value + share * (after.value - before.value);
    }
  }
}

}  // namespace

ProcessKey key_of(const Process& process) { return {process.pid, process.start_unix_ns}; }

Estimate PlaceRow::value(size_t measure) const { return estimate_of(all_measures()[measure], amounts[measure], 0); }

std::vector<TrendPoint> curve_together(const std::vector<const Process*>& processes,
                                       const std::vector<std::vector<Level>>& levels, u64 from_unix_ns) {
  f64 begin_s = seconds(processes.front()->start_unix_ns), end_s = 0;
  for (const Process* process : processes) {
    begin_s = std::min(begin_s, seconds(process->start_unix_ns));
    end_s = std::max(end_s, seconds(process->newest().taken_unix_ns));
  }
  begin_s = std::min(std::max(begin_s, seconds(from_unix_ns)), end_s);
  std::vector<TrendPoint> curve;
  for (size_t i = 0; i < kCurvePoints; ++i) {
    curve.push_back({begin_s + (end_s - begin_s) * static_cast<f64>(i) / (kCurvePoints - 1), 0});
  }
  for (size_t number = 0; number < processes.size(); ++number) {
    const bool stays = processes.size() == 1 || processes[number]->ended == Ended::kRunning;
    add_to(curve, dated(*processes[number], levels[number]), stays);
  }
  return curve;
}

Board board_of(const Observation& observation, const Report& report, const Names& names, const BoardChoice& choice) {
  Board board;
  board.observation = &observation;
  board.report = &report;
  board.names = &names;
  board.choice = choice;
  choose_processes(board);
  std::vector<const Process*> processes;
  for (const ProcessReport* process : board.shown) processes.push_back(process->process);
  board.memory = memory_together(processes, period_begin(choice));
  std::map<std::string, PlaceRow> rows;
  for (const ProcessReport* process : board.shown) {
    for (const Assessment& site : process->sites) {
      if (names.has(site.stack)) {
        rows[names.place(site.stack)].members.push_back(&site);
      } else {
        ++board.nameless;
      }
    }
    for (const Assessment& finding : process->findings) take_finding(rows[names.place(finding.stack)], finding);
  }
  for (auto& [place, row] : rows) {
    row.place = place;
    complete(observation, choice, row);
    board.places.push_back(std::move(row));
  }
  return board;
}

}  // namespace lw
