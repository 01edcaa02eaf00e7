// SPDX-License-Identifier: Apache-2.0
#include "tests/simulator/stage.h"

#include <algorithm>
#include <cmath>

#include "snapshot/weight.h"

namespace lw::simulator {

u32 Stage::add_site(const std::string& place) {
  places.push_back(place);
  return service.add_site();
}

f64 Stage::log_uniform(f64 low, f64 high) { return low * std::pow(high / low, uniform()); }

int Stage::whole(int low, int high) { return low + static_cast<int>(uniform() * (high - low + 1)); }

u64 Stage::poisson(f64 mean) { return service.draw(std::poisson_distribution<u64>(mean)); }

f64 Stage::normal() { return service.draw(std::normal_distribution<f64>()); }

u64 Stage::some_size() {
  if (chance(0.1)) return std::max<u64>(1, static_cast<u64>(log_uniform(0.2, 4) * static_cast<f64>(interval)));
  return static_cast<u64>(log_uniform(16, 16 << 10));
}

void Stage::births(u32 site, f64 samples, u64 size, const Moment& birth, const Life& death) {
  for (u64 left = poisson(samples); left > 0; --left) {
    const f64 at = birth();
    service.record(site, at * run_s, size, death(at) * run_s);
  }
}

void Stage::table(u32 site, f64 samples, u64 size, const Moment& birth, const Life& death) {
  const f64 chosen = inclusion_probability(size, interval);
  const auto blocks = static_cast<u64>(std::ceil(samples / chosen));
  for (u64 left = service.draw(std::binomial_distribution<u64>(blocks, chosen)); left > 0; --left) {
    const f64 at = birth();
    service.record(site, at * run_s, size, death(at) * run_s);
  }
}

Stage::Moment Stage::any_time(f64 from, f64 to) {
  return [this, from, to] { return uniform(from, to); };
}

Stage::Moment Stage::with_load() {
  return [this] { return load.when(uniform()); };
}

f64 never(f64) { return kNever; }

}  // namespace lw::simulator
