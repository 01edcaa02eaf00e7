// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/shape.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lw {
namespace {

// No history is true to the last: more events than these do not make it more probable than another.
constexpr f64 kMostTelling = 150;
constexpr f64 kNever = -std::numeric_limits<f64>::infinity();

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

// Births that come in clusters have many gaps far below the mean; of independent ones a tenth is below a tenth of it.
// The clusters as one event each, a huge one as two; empty if they are not distinct, or so many that nobody would see
// steps.
std::vector<TimedEvent> distinct_clusters(std::span<const TimedEvent> events) {
  constexpr f64 kShort = 0.1, kLeastShare = 0.6;
  constexpr size_t kLeastEvents = 12, kMostClusters = 120;
  if (events.size() < kLeastEvents) return {};
  const f64 mean = (events.back().at - events.front().at) / static_cast<f64>(events.size() - 1);
  std::vector<TimedEvent> clusters;
  for (size_t i = 0; i < events.size(); ++i) {
    if (i > 0 && events[i].at - events[i - 1].at < kShort * mean) {
      clusters.back().weight += events[i].weight;
    } else {
      clusters.push_back(events[i]);
    }
  }
  const bool distinct =
      static_cast<f64>(events.size() - clusters.size()) >= kLeastShare * static_cast<f64>(events.size());
  if (!distinct || clusters.size() > kMostClusters) return {};
  f64 total = 0;
  for (const TimedEvent& cluster : clusters) total += cluster.weight;
  const f64 a_cluster = total / static_cast<f64>(clusters.size());
  for (TimedEvent& cluster : clusters) cluster.weight = std::clamp(cluster.weight, a_cluster, 2 * a_cluster);
  return clusters;
}

// How many independent, equally heavy events these are worth. Where the later ones are heavier, since the sampling
// interval has grown, no more than if it had been as wide from the start: only the later ones show whether it goes on.
f64 worth_of(std::span<const TimedEvent> events) {
  f64 total = 0, squares = 0, late = 0, late_squares = 0;
  for (const TimedEvent& event : events) {
    total += event.weight;
    squares += event.weight * event.weight;
    if (event.at <= 2.0 / 3) continue;
    late += event.weight;
    late_squares += event.weight * event.weight;
  }
  if (total <= 0) return 0;
  const f64 heaviness = std::max(squares / total, late > 0 ? late_squares / late : 0);
  return total / heaviness / dispersion(events);
}

// How a program follows its load nobody knows: growth has to be likelier than the best of the ways that are compared,
// not than their mean.
constexpr bool takes_the_best(Family family) { return family == Family::kWithLoad; }

// Of the births of a history.
f64 share_seen(const History& history, const Stretches& seen) {
  return std::inner_product(seen.begin(), seen.end(), history.density.begin(), 0.0) / kStretches;
}

f64 log_of_sum(std::span<const f64> logs) {
  const f64 largest = *std::max_element(logs.begin(), logs.end());
  if (largest == kNever) return kNever;
  f64 sum = 0;
  for (const f64 log : logs) sum += std::exp(log - largest);
  return largest + std::log(sum);
}

}  // namespace

const FamilyShares& usual_shares() {
  // In the order of Family. Half of what survives grows: who looks for a leak has a reason. docs/verdicts.md.
  static constexpr FamilyShares kShares = {0.24, 0.06, 0.04, 0.06, 0.09, 0.10, 0.09, 0.10, 0.10, 0.04, 0.08};
  return kShares;
}

f64 Shape::growing() const {
  f64 sum = 0;
  for (size_t i = 0; i < kFamilies; ++i) sum += is_growth(Family{static_cast<u8>(i)}) ? probability[i] : 0;
  return sum;
}

Family Shape::likeliest() const {
  return Family{static_cast<u8>(std::max_element(probability.begin(), probability.end()) - probability.begin())};
}

Shape shape_of(std::span<const TimedEvent> all_events, const std::vector<History>& histories_of_load,
               const SeenByKind& seen) {
  const std::vector<TimedEvent> clusters = distinct_clusters(all_events);
  const std::span<const TimedEvent> events = clusters.empty() ? all_events : std::span<const TimedEvent>(clusters);
  Stretches sums{};
  f64 total = 0;
  for (const TimedEvent& event : events) {
    sums[static_cast<size_t>(std::clamp(event.at, 0.0, 0.999999) * kStretches)] += event.weight;
    total += event.weight;
  }
  Shape shape;
  shape.clustered = !clusters.empty();
  shape.events = worth_of(events);
  const f64 per_weight = total > 0 ? std::min(shape.events, kMostTelling) / total : 0;
  std::vector<std::pair<size_t, f64>> filled;  // stretches with births, and how much they count
  for (size_t i = 0; i < kStretches; ++i) {
    if (sums[i] > 0) filled.emplace_back(i, per_weight * sums[i]);
  }

  std::vector<f64> of_kind(seen.size());  // how much the events of each kind count
  for (const TimedEvent& event : events) {
    if (event.kind < of_kind.size()) of_kind[event.kind] += per_weight * event.weight;
  }

  std::array<std::vector<f64>, kFamilies> logs;
  f64 best = kNever;
  const auto compare = [&](const History& h) {
    f64 log = takes_the_best(h.family) ? 0 : h.log_share;
    for (const auto& [stretch, count] : filled) log += count * h.log_density[stretch];
    for (size_t kind = 0; kind < seen.size(); ++kind) {
      if (of_kind[kind] > 0) log -= of_kind[kind] * std::log(share_seen(h, seen[kind]));
    }
    logs[static_cast<size_t>(h.family)].push_back(log);
    const f64 with_prior = log + std::log(usual_shares()[static_cast<size_t>(h.family)]);
    if (is_growth(h.family) && with_prior > best) {
      best = with_prior;
      shape.onset = h.onset;
    }
  };
  for (const History& h : common_histories()) compare(h);
  for (const History& h : histories_of_load) compare(h);
  for (size_t i = 0; i < kFamilies; ++i) {
    shape.log_evidence[i] = logs[i].empty()                              ? kNever
                            : takes_the_best(Family{static_cast<u8>(i)}) ? *std::ranges::max_element(logs[i])
                                                                         : log_of_sum(logs[i]);
  }
  return shape;
}

void add_to_each_its_own(Shape& pooled, std::span<const Shape> each) {
  for (size_t i = 0; i < kFamilies; ++i) {
    f64 sum = 0;
    for (const Shape& shape : each) sum += shape.log_evidence[i];
    const f64 both[] = {pooled.log_evidence[i], sum};
    pooled.log_evidence[i] = log_of_sum(both) - std::log(2.0);
  }
}

void weigh(Shape& shape, const FamilyShares& shares) {
  f64 largest = kNever, sum = 0;
  for (const f64 log : shape.log_evidence) largest = std::max(largest, log);
  for (size_t i = 0; i < kFamilies; ++i) {
    shape.probability[i] = shares[i] * std::exp(shape.log_evidence[i] - largest);
    sum += shape.probability[i];
  }
  for (f64& probability : shape.probability) probability /= sum;
}

FamilyShares shares_among(std::span<const Shape* const> shapes) {
  constexpr f64 kUsualCounts = 10;
  constexpr int kSteps = 30;
  FamilyShares shares = usual_shares();
  for (int step = 0; step < kSteps; ++step) {
    FamilyShares sum{};
    for (const Shape* shape : shapes) {
      Shape weighed = *shape;
      weigh(weighed, shares);
      for (size_t i = 0; i < kFamilies; ++i) sum[i] += weighed.probability[i];
    }
    const f64 all = kUsualCounts + static_cast<f64>(shapes.size());
    for (size_t i = 0; i < kFamilies; ++i) shares[i] = (kUsualCounts * usual_shares()[i] + sum[i]) / all;
  }
  return shares;
}

}  // namespace lw
