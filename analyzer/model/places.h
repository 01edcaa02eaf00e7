// SPDX-License-Identifier: Apache-2.0
// One process as it can be compared with another, of another build, on another machine: what each function allocates,
// holds and gains, with the error of each figure.
//
// The error has three parts. What sampling adds, from the sums. What chance does to a run: blocks come and go, so
// their number scatters like a Poisson variable even where each of them is counted. And what differs between two runs
// that nobody would call different (a warmer cache, another order of requests): kRunScatter of the value.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "analyzer/model/call_path.h"
#include "analyzer/model/report.h"

namespace lw {

enum class Quantity : u8 { kGrowth, kLevel, kRate };  // bytes/s of net growth, bytes alive, bytes/s allocated
inline constexpr size_t kQuantities = 3;

inline constexpr f64 kRunScatter = 0.05;

struct Measured {
  f64 value = 0, variance = 0;
};

// Places are known by module ("" for the program itself, else the library without its version: libfoo.so) and function
// (without parameters).
using PlaceKey = std::pair<std::string, std::string>;
PlaceKey place_key_of(const NamedStack& stack, const Process& process);

// All that is allocated by one function of one object, whichever way led there.
struct MeasuredPlace {
  PlaceKey key;
  CallPath path;               // of the member with the most to it
  Assessment site;             // all members together
  std::vector<Verdict> found;  // verdicts of the report's findings here
  std::array<Measured, kQuantities> measured;
};

// What tells how much a process had to do.
enum class LoadUnit : u8 {
  kCall,  // one allocation call
  kWork,  // a request, or whatever the program or its metrics count
};

// 0 if nobody counted, or if nothing was done.
f64 work_per_s(const Process& process);

struct MeasuredProcess {
  u32 process = 0;                    // in the observation
  f64 age_s = 0;                      // at which the levels were taken
  f64 calls_per_s = 0;                // allocation calls; 0 if nobody counted
  f64 work_per_s = 0;                 // units of work; 0 if nobody counted
  std::vector<MeasuredPlace> places;  // by module, then function

  f64 load_per_s(LoadUnit unit) const { return unit == LoadUnit::kWork ? work_per_s : calls_per_s; }
};

// Levels are those at the snapshot nearest to `age_s`, or the last ones if it is 0. All stacks must have names.
MeasuredProcess measured(const Observation& observation, const ProcessReport& report, const Names& names, f64 age_s);

}  // namespace lw
