// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace lw {
namespace {

constexpr size_t kBins = 100;
// What happens in the first hundredths is start-up and has no shape worth comparing: only its sum counts.
constexpr size_t kStartBins = 3;
// Every history admits this share of births anywhere, or a single stray one would rule it out.
constexpr f64 kStray = 0.005;
constexpr f64 kPriorOfGrowth = 2.0 / 3;  // of sites whose blocks survive at all; see docs/verdicts.md

enum class Family { kGrowing, kWarming, kEnded, kBurst };

struct History {
  Family family;
  f64 onset;
  f64 log_prior;
  std::array<f64, kBins> log_density;
};

template <typename Density>
History history(Family family, f64 onset, f64 prior, Density density) {
  constexpr int kSteps = 40;
  std::array<f64, kBins> mass{};
  f64 total = 0;
  for (size_t bin = 0; bin < kBins; ++bin) {
    for (int step = 0; step < kSteps; ++step) {
      mass[bin] += density((static_cast<f64>(bin) + (step + 0.5) / kSteps) / kBins);
    }
    total += mass[bin];
  }
  f64 start = 0;
  for (f64& m : mass) m = (1 - kStray) * m / total + kStray / kBins;
  for (size_t bin = 0; bin < kStartBins; ++bin) start += mass[bin] / kStartBins;
  for (size_t bin = 0; bin < kStartBins; ++bin) mass[bin] = start;

  History result{family, onset, prior, {}};
  for (size_t bin = 0; bin < kBins; ++bin) result.log_density[bin] = std::log(mass[bin] * kBins);
  return result;
}

auto constant_between(f64 begin, f64 end) {
  return [=](f64 t) { return t >= begin && t <= end ? 1.0 : 0.0; };
}

void add_growing(std::vector<History>& all) {
  const auto add = [&](f64 onset, f64 prior, auto density) {
    all.push_back(history(Family::kGrowing, onset, prior, density));
  };
  add(0, 6, constant_between(0, 1));
  add(0, 1, [](f64 t) { return t; });
  for (const f64 onset : {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}) add(onset, 0.25, constant_between(onset, 1));
  for (const f64 start : {0.03, 0.06, 0.12, 0.2}) {
    for (const f64 share : {0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9}) {
      add(start, 0.06, [=](f64 t) { return 1 - share + (t <= start ? share / start : 0); });
    }
  }
}

void add_healthy(std::vector<History>& all) {
  const auto add = [&](Family family, f64 prior, auto density) { all.push_back(history(family, 0, prior, density)); };
  for (const f64 t0 : {0.001, 0.01, 0.03, 0.1}) add(Family::kWarming, 1.5, [=](f64 t) { return 1 / (t + t0); });
  for (const f64 tau : {0.02, 0.05, 0.1, 0.2, 0.33, 0.5}) {
    add(Family::kWarming, 1, [=](f64 t) { return std::exp(-t / tau); });
  }
  for (const f64 end : {0.03, 0.06, 0.12}) add(Family::kEnded, 1, constant_between(0, end));
  for (int begin = 0; begin <= 16; begin += 2) {
    for (int end = begin + 1; end <= 17; ++end) {
      add(Family::kEnded, begin == 0 ? 0.2 : 0.03, constant_between(begin / 20.0, end / 20.0));
    }
  }
  for (const f64 begin : {0.0, 0.2, 0.4, 0.6, 0.8}) {
    for (const f64 end : {0.88, 0.9, 0.92, 0.94, 0.96, 0.98}) {
      add(Family::kEnded, begin == 0 ? 0.03 : 0.006, constant_between(begin, end));
    }
  }
  for (const f64 begin : {0.7, 0.8, 0.9, 0.95}) add(Family::kBurst, 0.5, constant_between(begin, 1));
}

void share_prior(std::vector<History>& histories, f64 total) {
  f64 sum = 0;
  for (const History& h : histories) sum += h.log_prior;
  for (History& h : histories) h.log_prior = std::log(total * h.log_prior / sum);
}

const std::vector<History>& all_histories() {
  static const std::vector<History> all = [] {
    std::vector<History> growing, healthy;
    add_growing(growing);
    add_healthy(healthy);
    share_prior(growing, kPriorOfGrowth);
    share_prior(healthy, 1 - kPriorOfGrowth);
    growing.insert(growing.end(), healthy.begin(), healthy.end());
    return growing;
  }();
  return all;
}

// How much more neighbouring stretches of time differ than independent events would make them: the median of squared
// differences over their expectation (a median, because one step in the rate is a history and not dispersion).
f64 dispersion(std::span<const TimedEvent> events) {
  const size_t stretches = std::clamp<size_t>(events.size() / 2, 6, 20);
  std::vector<f64> sum(stretches), squares(stretches);
  for (const TimedEvent& event : events) {
    const size_t i = std::min(stretches - 1, static_cast<size_t>(event.at * static_cast<f64>(stretches)));
    sum[i] += event.weight;
    squares[i] += event.weight * event.weight;
  }
  std::vector<f64> ratios;
  for (size_t i = 1; i + 1 < stretches; ++i) {
    const f64 expected = squares[i] + squares[i + 1];
    if (expected > 0) ratios.push_back((sum[i + 1] - sum[i]) * (sum[i + 1] - sum[i]) / expected);
  }
  if (ratios.empty()) return 1;
  constexpr f64 kMedianOfChiSquared = 0.455;
  // The median of so few ratios scatters itself; only what exceeds that counts as dispersion.
  const f64 by_chance = 1 + 2 / std::sqrt(static_cast<f64>(ratios.size()));
  const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>((ratios.size() - 1) / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  return std::max(1.0, *middle / (kMedianOfChiSquared * by_chance));
}

}  // namespace

Shape shape_of(std::span<const TimedEvent> events) {
  std::array<f64, kBins> sums{};
  f64 total = 0, squares = 0;
  for (const TimedEvent& event : events) {
    sums[static_cast<size_t>(std::clamp(event.at, 0.0, 0.999999) * kBins)] += event.weight;
    total += event.weight;
    squares += event.weight * event.weight;
  }
  Shape shape;
  if (total > 0) shape.events = total * total / squares / dispersion(events);
  const f64 per_weight = total > 0 ? shape.events / total : 0;

  const std::vector<History>& histories = all_histories();
  std::vector<f64> logs;
  for (const History& h : histories) {
    f64 sum = 0;
    for (size_t bin = 0; bin < kBins; ++bin) sum += sums[bin] * h.log_density[bin];
    logs.push_back(h.log_prior + per_weight * sum);
  }
  const f64 largest = *std::max_element(logs.begin(), logs.end());
  f64 by_family[4] = {}, best_growing = 0, all = 0;
  for (size_t i = 0; i < histories.size(); ++i) {
    const f64 probability = std::exp(logs[i] - largest);
    by_family[static_cast<size_t>(histories[i].family)] += probability;
    all += probability;
    if (histories[i].family == Family::kGrowing && probability > best_growing) {
      best_growing = probability;
      shape.onset = histories[i].onset;
    }
  }
  shape.growing = by_family[0] / all;
  shape.warming = by_family[1] / all;
  shape.ended = by_family[2] / all;
  shape.burst = by_family[3] / all;
  return shape;
}

}  // namespace lw
