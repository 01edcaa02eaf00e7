// SPDX-License-Identifier: Apache-2.0
// What there is to show of one look: the processes, and the places in the code of one of them or of all together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/model/measure.h"
#include "analyzer/model/report.h"

namespace lw {

// The same from look to look, though a pid may come again and an exec keeps it.
struct ProcessKey {
  u64 pid = 0, start_unix_ns = 0;
  bool operator==(const ProcessKey&) const = default;
};
ProcessKey key_of(const Process& process);

// The time that the curves are of.
enum class Period : u8 { kLife, kWatched, kMarked };

struct BoardChoice {
  std::optional<ProcessKey> process = {};  // nothing: all together
  std::optional<u64> mark_unix_ns = {};
  Period period = Period::kLife;
  u64 watched_since_unix_ns = 0;
  bool operator==(const BoardChoice&) const = default;
};

// All that is allocated at one place.
struct PlaceRow {
  std::string place;  // the same from look to look
  StackNumber stack{};
  std::vector<const Assessment*> members;   // its stacks, the one with the most alive first; none: the whole process
  const Assessment* finding = nullptr;      // what the report says about it: the most urgent
  std::vector<const Assessment*> findings;  // of each process that has one
  Verdict verdict = Verdict::kSteady;
  std::vector<SampledSum> amounts;     // by all_measures()
  std::optional<Estimate> since_mark;  // bytes that came to what is alive
  std::vector<TrendPoint> curve;       // of the bytes alive
  Estimate value(size_t measure) const;
};

struct Board {
  const Observation* observation = nullptr;
  const Report* report = nullptr;
  const Names* names = nullptr;
  BoardChoice choice;
  std::vector<const ProcessReport*> processes;  // those that run first
  const ProcessReport* chosen = nullptr;        // nullptr: all together
  std::vector<const ProcessReport*> shown;      // whose places these are
  std::vector<PlaceRow> places;
  std::vector<MemoryPoint> memory;  // of these processes together, over the chosen period; times since its beginning
  size_t nameless = 0;              // stacks that hold too little to have been given a name
};

// What it points to must outlive it.
Board board_of(const Observation& observation, const Report& report, const Names& names, const BoardChoice& choice);

// Bytes alive in one process or several over the wall clock, in seconds since 1970, from then or their start on. What
// ended processes had is gone, unless there is no other.
std::vector<TrendPoint> curve_together(const std::vector<const Process*>& processes,
                                       const std::vector<std::vector<Level>>& levels, u64 from_unix_ns);

// The memory logs of several processes as one: sums at so many even distances. Of one process, its own points.
std::vector<MemoryPoint> memory_together(const std::vector<const Process*>& processes, u64 from_unix_ns);

}  // namespace lw
