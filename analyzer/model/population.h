// SPDX-License-Identifier: Apache-2.0
// All processes of one program, as one thing: for each place in its code the mean of what one process allocates, holds
// and gains there, and how much that differs from process to process. It is what a diff compares and what a baseline
// remembers, so it holds no number that belongs to one run (no address, no line, no stack).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analyzer/model/places.h"

namespace lw {

// Of one quantity over the processes.
struct Spread {
  f64 mean = 0;
  f64 between = 0;  // variance between processes, as seen; 0 if there is only one
  f64 within = 0;   // mean variance that each process's own value has, as in places.h

  // Of one process's value; the larger of what was seen and what is to be expected.
  f64 variance() const { return between > within ? between : within; }
};

struct SharedPlace {
  PlaceKey key;
  CallPath path;
  std::array<Spread, kQuantities> each{};      // in bytes and bytes/s
  std::array<Spread, kQuantities> per_load{};  // the same divided by the process's load per second
  u32 seen_in = 0, growing_in = 0;             // processes
  std::map<Verdict, u32> found_in;             // processes that had a finding of this verdict here
};

struct Population {
  std::string program;
  u32 processes = 0;
  f64 age_s = 0;          // mean age at which the levels were taken
  bool has_load = false;  // every process counted its load
  std::map<PlaceKey, SharedPlace> places;
};

Population population_of(const std::string& program, const std::vector<MeasuredProcess>& processes,
                         LoadUnit unit = LoadUnit::kCall);

// By the program's name; levels of each process as in measured().
std::map<std::string, Population> populations_of(const std::vector<MeasuredProcess>& processes,
                                                 const Observation& observation);

// Two places taken as one: what they allocate independently of each other adds up.
SharedPlace joined(const SharedPlace& a, const SharedPlace& b);

}  // namespace lw
