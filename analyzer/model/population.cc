// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/population.h"

#include <algorithm>

namespace lw {
namespace {

void add(Spread& sums, f64 value, f64 variance) {
  sums.mean += value;
  sums.between += value * value;
  sums.within += variance;
}

// From sums over those processes that had the place to moments over all: the others allocated nothing there.
void finish(Spread& spread, u32 processes) {
  const f64 count = processes;
  const f64 sum = spread.mean, squares = spread.between;
  spread.mean = sum / count;
  spread.within /= count;
  spread.between = processes < 2 ? 0 : std::max(0.0, (squares - sum * sum / count) / (count - 1));
}

}  // namespace

Population population_of(const std::string& program, const std::vector<MeasuredProcess>& processes, LoadUnit unit) {
  Population result;
  result.program = program;
  result.processes = static_cast<u32>(processes.size());
  result.has_load = std::all_of(processes.begin(), processes.end(),
                                [&](const MeasuredProcess& process) { return process.load_per_s(unit) > 0; });
  for (const MeasuredProcess& process : processes) {
    result.age_s += process.age_s / result.processes;
    for (const MeasuredPlace& measured : process.places) {
      SharedPlace& place = result.places[measured.key];
      if (place.seen_in == 0) {
        place.key = measured.key;
        place.path = measured.path;
      }
      ++place.seen_in;
      place.growing_in += measured.site.verdict == Verdict::kGrowing;
      for (const Verdict verdict : measured.found) ++place.found_in[verdict];
      for (size_t q = 0; q < kQuantities; ++q) {
        const auto& [value, variance] = measured.measured[q];
        add(place.each[q], value, variance);
        const f64 load = process.load_per_s(unit);
        if (result.has_load) add(place.per_load[q], value / load, variance / (load * load));
      }
    }
  }
  for (auto& [key, place] : result.places) {
    for (Spread& spread : place.each) finish(spread, result.processes);
    for (Spread& spread : place.per_load) finish(spread, result.processes);
  }
  return result;
}

std::map<std::string, Population> populations_of(const std::vector<MeasuredProcess>& processes,
                                                 const Observation& observation) {
  std::map<std::string, std::vector<MeasuredProcess>> by_program;
  for (const MeasuredProcess& process : processes) {
    by_program[observation.processes[process.process].name].push_back(process);
  }
  std::map<std::string, Population> populations;
  for (const auto& [program, members] : by_program) populations[program] = population_of(program, members);
  return populations;
}

SharedPlace joined(const SharedPlace& a, const SharedPlace& b) {
  SharedPlace sum = a;
  const auto add_to = [](Spread& to, const Spread& from) {
    to.mean += from.mean;
    to.between += from.between;
    to.within += from.within;
  };
  for (size_t q = 0; q < kQuantities; ++q) {
    add_to(sum.each[q], b.each[q]);
    add_to(sum.per_load[q], b.per_load[q]);
  }
  sum.seen_in = std::max(a.seen_in, b.seen_in);
  sum.growing_in = std::max(a.growing_in, b.growing_in);
  for (const auto& [verdict, count] : b.found_in) sum.found_in[verdict] = std::max(sum.found_in[verdict], count);
  return sum;
}

}  // namespace lw
