// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/histories.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lw {
namespace {

// What happens in the first hundredths is start-up and has no shape worth comparing: only its sum counts.
constexpr size_t kStartStretches = 3;
// Every history admits this share of births anywhere, or a single stray one would rule it out.
constexpr f64 kStray = 0.005;
// A high-water mark is known only roughly, from a load that is.
constexpr f64 kStrayOfLoad = 0.03;

History history(Family family, f64 onset, f64 share, Stretches mass, f64 stray = kStray) {
  const f64 total = std::accumulate(mass.begin(), mass.end(), 0.0);
  f64 start = 0;
  for (f64& m : mass) m = (1 - stray) * m / total + stray / kStretches;
  for (size_t i = 0; i < kStartStretches; ++i) start += mass[i] / kStartStretches;
  for (size_t i = 0; i < kStartStretches; ++i) mass[i] = start;

  History result{family, onset, share, {}, {}};
  for (size_t i = 0; i < kStretches; ++i) {
    result.density[i] = mass[i] * kStretches;
    result.log_density[i] = std::log(result.density[i]);
  }
  return result;
}

Stretches mass_of(auto density) {
  constexpr int kSteps = 40;
  Stretches mass{};
  for (size_t i = 0; i < kStretches; ++i) {
    for (int step = 0; step < kSteps; ++step) {
      mass[i] += density((static_cast<f64>(i) + (step + 0.5) / kSteps) / kStretches);
    }
  }
  return mass;
}

auto constant_between(f64 begin, f64 end) {
  return [=](f64 t) { return t >= begin && t <= end ? 1.0 : 0.0; };
}

class Collection {
 public:
  void add(Family family, f64 onset, f64 share, auto density) {
    all_.push_back(history(family, onset, share, mass_of(density)));
  }
  void add(Family family, f64 share, auto density) { add(family, 0, share, density); }
  void add_load(Family family, f64 share, const Stretches& mass, f64 stray) {
    all_.push_back(history(family, 0, share, mass, stray));
  }

  // The shares of each family, scaled so that their sum is 1, as logarithms.
  std::vector<History> finish() {
    f64 sums[kFamilies] = {};
    for (const History& h : all_) sums[static_cast<size_t>(h.family)] += h.log_share;
    for (History& h : all_) h.log_share = std::log(h.log_share / sums[static_cast<size_t>(h.family)]);
    return std::move(all_);
  }

 private:
  std::vector<History> all_;
};

void add_growing(Collection& all) {
  all.add(Family::kConstant, 1, constant_between(0, 1));
  for (const f64 onset : {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}) all.add(Family::kLate, onset, 1, constant_between(onset, 1));
  for (const f64 start : {0.03, 0.06, 0.12, 0.2}) {
    for (const f64 share : {0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9}) {
      all.add(Family::kAfterStart, start, 1, [=](f64 t) { return 1 - share + (t <= start ? share / start : 0); });
    }
  }
  all.add(Family::kRising, 2, [](f64 t) { return t; });
  all.add(Family::kRising, 1, [](f64 t) { return t * t; });
  all.add(Family::kRising, 1, [](f64 t) { return std::exp(3 * t); });
}

void add_healthy(Collection& all) {
  for (const f64 t0 : {0.0001, 0.001, 0.01, 0.03, 0.1})
    all.add(Family::kLogarithmic, 1, [=](f64 t) { return 1 / (t + t0); });
  for (const f64 tau : {0.02, 0.05, 0.1, 0.2, 0.33, 0.5}) {
    all.add(Family::kExponential, 1, [=](f64 t) { return std::exp(-t / tau); });
  }
  for (const f64 end : {0.03, 0.06, 0.12}) all.add(Family::kStart, 1, constant_between(0, end));
  for (int begin = 0; begin <= 16; begin += 2) {
    for (int end = begin + 1; end <= 17; ++end) {
      all.add(Family::kEnded, begin == 0 ? 0.2 : 0.03, constant_between(begin / 20.0, end / 20.0));
    }
  }
  // All in one moment, be it the only one or after a start.
  for (const f64 share : {0.0, 0.3, 0.6}) {
    for (int moment = 1; moment < 50; ++moment) {
      all.add(Family::kEnded, 0.02, [=](f64 t) {
        const f64 begin = moment / 50.0;
        return t <= 0.03 ? share / 0.03 : t >= begin && t <= begin + 0.02 ? (1 - share) / 0.02 : 0;
      });
    }
  }
  for (const f64 share : {0.2, 0.5, 0.8}) {
    for (const f64 begin : {0.03, 0.15, 0.3, 0.45}) {
      for (f64 end = begin + 0.1; end < 0.96; end += 0.1) {
        all.add(Family::kEnded, 0.02, [=](f64 t) {
          return t <= 0.03 ? share / 0.03 : t >= begin && t <= end ? (1 - share) / (end - begin) : 0;
        });
      }
    }
  }
  for (const f64 begin : {0.0, 0.2, 0.4, 0.6, 0.8}) {
    for (const f64 end : {0.88, 0.9, 0.92, 0.94, 0.96, 0.98}) {
      all.add(Family::kEnded, begin == 0 ? 0.03 : 0.006, constant_between(begin, end));
    }
  }
  for (const f64 begin : {0.7, 0.8, 0.9, 0.95}) all.add(Family::kBurst, 1, constant_between(begin, 1));
}

// How much the load differs from stretch to stretch, relative to its mean.
f64 variation(const Stretches& work) {
  const f64 mean = std::accumulate(work.begin(), work.end(), 0.0) / kStretches;
  f64 squares = 0;
  for (const f64 w : work) squares += (w / mean - 1) * (w / mean - 1);
  return mean > 0 ? std::sqrt(squares / kStretches) : 0;
}

// What a rising load adds, stretch by stretch; a little earlier or later, by up to `reach` stretches, since nobody
// knows how quickly a program follows its load. The first `share` of it was there from the start.
Stretches added_with(const Stretches& rising, f64 share, size_t reach) {
  Stretches mass{};
  const f64 risen = rising.back() - rising.front();
  for (size_t i = 1; i < kStretches; ++i) {
    const size_t begin = i - std::min(i, reach), end = std::min(kStretches, i + reach + 1);
    const f64 step = (1 - share) * (rising[i] - rising[i - 1]) / risen;
    for (size_t near = begin; near < end; ++near) mass[near] += step / static_cast<f64>(end - begin);
  }
  mass[0] += share;
  return mass;
}

void add_with_load(Collection& all, const Stretches& rising) {
  constexpr f64 kLeastRise = 1.1;
  if (rising.front() <= 0 || rising.back() < kLeastRise * rising.front()) return;
  for (const size_t reach : {3, 12}) {
    for (const f64 share : {0.02, 0.2, 0.4, 0.6, 0.8}) {
      all.add_load(Family::kWithLoad, 1, added_with(rising, share, reach), kStrayOfLoad);
    }
    all.add_load(Family::kWithLoad, 5, added_with(rising, rising.front() / rising.back(), reach), kStrayOfLoad);
  }
}

}  // namespace

const std::vector<History>& common_histories() {
  static const std::vector<History> all = [] {
    Collection collection;
    add_growing(collection);
    add_healthy(collection);
    return collection.finish();
  }();
  return all;
}

std::vector<History> histories_of_load(const Stretches& work) {
  constexpr f64 kLeastVariation = 0.1;
  Collection collection;
  if (variation(work) >= kLeastVariation) collection.add_load(Family::kPerWork, 1, work, kStray);
  add_with_load(collection, high_water_of(work));
  add_with_load(collection, rise_of(work));
  return collection.finish();
}

}  // namespace lw
