// SPDX-License-Identifier: Apache-2.0
// --work FILE.csv: how much a service had to do, from its metrics, for growth per unit of work. A line for each moment:
// Unix time in seconds, and the count of requests (or whatever) up to then, separated by a comma.
#pragma once

#include <string>
#include <vector>

#include "analyzer/commands/options.h"
#include "analyzer/model/profile.h"

namespace lw {

struct WorkCount {
  f64 unix_s, done;
};

struct WorkChoice {
  std::string file;               // empty: what the processes counted themselves
  std::vector<WorkCount> counts;  // ordered by time

  void add_to(Options& options);
  // False after a complaint on stderr: the file cannot be read, a line is not two numbers, or there are fewer than two.
  // A first line that is a heading is passed over.
  bool read();
};

// The counts take the place of what the processes counted themselves, while each of them lived.
void apply_work(const std::vector<WorkCount>& counts, Observation& observation);

}  // namespace lw
