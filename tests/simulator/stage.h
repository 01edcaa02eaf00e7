// SPDX-License-Identifier: Apache-2.0
// What the behaviours of behaviours.h act on: one simulated process, its load and its sites. Counts are given in
// expected samples: blocks that come as a Poisson process are sampled as one, only thinner, so the samples can be drawn
// directly and a leak under a thousandfold churn over three days costs no more than one over ten seconds.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/simulator/load.h"
#include "tests/unit/analyzer/simulated_service.h"

namespace lw::simulator {

struct Stage {
  SimulatedService service;
  f64 run_s;
  u64 interval;
  Load load;
  std::vector<std::string> places;  // by site: the line of code it stands for

  u32 add_site(const std::string& place);

  f64 uniform(f64 low = 0, f64 high = 1) { return low + (high - low) * service.uniform(); }
  f64 log_uniform(f64 low, f64 high);
  int whole(int low, int high);  // both included
  bool chance(f64 probability) { return service.uniform() < probability; }
  u64 poisson(f64 mean);
  f64 normal();

  // Mostly small blocks, as programs have; now and then some of the interval's size.
  u64 some_size();

  using Moment = std::function<f64()>;         // birth, as a share of the run
  using Life = std::function<f64(f64 birth)>;  // death, as a share of the run; kNever
  // A Poisson number of samples.
  void births(u32 site, f64 samples, u64 size, const Moment& birth, const Life& death);
  // So many blocks that exactly this number of samples is expected, each chosen on its own: a table.
  void table(u32 site, f64 samples, u64 size, const Moment& birth, const Life& death);

  Moment any_time(f64 from = 0, f64 to = 1);
  Moment with_load();  // one per unit of work
};

f64 never(f64 birth);

}  // namespace lw::simulator
