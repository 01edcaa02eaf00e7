// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/course.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lw {
namespace {

struct Increment {
  f64 from_s, to_s;
  f64 bytes, variance;

  f64 time_s() const { return to_s - from_s; }
};

f64 mean_size(const Tally& tally) { return tally.count > 0 ? tally.bytes / tally.count : 0; }

// What sampling adds to an increment, and what chance does to it even where every block is counted: of all that came
// and went in between only what is alive at one of the ends matters, since the rest has cancelled out.
f64 variance_of(const Level& before, const Level& after) {
  const f64 born_bytes = after.allocated.bytes - before.allocated.bytes;
  const f64 died_bytes = after.freed.bytes - before.freed.bytes;
  const f64 moved = std::min(born_bytes, after.bytes) + std::min(died_bytes, before.bytes);
  const f64 born = after.allocated.bytes_variance - before.allocated.bytes_variance;
  const f64 died = after.freed.bytes_variance - before.freed.bytes_variance;
  const f64 sampled = std::min(born, after.bytes_variance) + std::min(died, before.bytes_variance);
  return std::max(0.0, sampled) + std::max(0.0, moved) * mean_size(after.allocated);
}

// From the first snapshot on: what is alive then was built up from nothing, and a working set that fills once is no
// rate that changed.
std::vector<Increment> increments_of(const std::vector<Level>& levels) {
  std::vector<Increment> increments;
  if (levels.empty()) return increments;
  Level before = levels.front();
  for (const Level& level : levels) {
    if (level.at_s <= before.at_s) continue;
    increments.push_back({before.at_s, level.at_s, level.bytes - before.bytes, variance_of(before, level)});
    before = level;
  }
  // Where nothing moved nothing is known of the noise: the others' noise is taken, per second.
  f64 variance = 0, time_s = 0;
  for (const Increment& increment : increments) {
    variance += increment.variance;
    time_s += increment.time_s();
  }
  for (Increment& increment : increments) {
    increment.variance =
        std::max({increment.variance, 0.1 * variance / std::max(time_s, 1e-9) * increment.time_s(), 1.0});
  }
  return increments;
}

// Increments come in bursts: how much more they scatter from neighbour to neighbour than independent blocks would. The
// median of a squared standard normal variable is 0.455.
f64 dispersion_of(const std::vector<Increment>& increments) {
  constexpr size_t kLeastIncrements = 6;
  if (increments.size() < kLeastIncrements) return 1;
  std::vector<f64> squares;
  for (size_t i = 1; i < increments.size(); ++i) {
    const Increment &a = increments[i - 1], &b = increments[i];
    const f64 difference = b.bytes / b.time_s() - a.bytes / a.time_s();
    const f64 variance = b.variance / (b.time_s() * b.time_s()) + a.variance / (a.time_s() * a.time_s());
    squares.push_back(difference * difference / variance);
  }
  const auto middle = squares.begin() + static_cast<std::ptrdiff_t>(squares.size() / 2);
  std::nth_element(squares.begin(), middle, squares.end());
  return std::max(1.0, *middle / 0.455);
}

// Sums over increments up to each, so that any stretch costs three subtractions.
class Fits {
 public:
  explicit Fits(const std::vector<Increment>& increments, f64 dispersion) {
    for (const Increment& increment : increments) {
      const f64 variance = increment.variance * dispersion;
      const Sum& last = sums_.back();
      sums_.push_back({last.time2 + increment.time_s() * increment.time_s() / variance,
                       last.time_bytes + increment.time_s() * increment.bytes / variance,
                       last.bytes2 + increment.bytes * increment.bytes / variance});
    }
  }

  // Squared deviations, in units of their variance, of increments [begin, end) from the rate that fits them best.
  f64 misfit(size_t begin, size_t end) const {
    const Sum sum = between(begin, end);
    return std::max(0.0, sum.bytes2 - sum.time_bytes * sum.time_bytes / sum.time2);
  }

  Estimate rate(size_t begin, size_t end) const {
    const Sum sum = between(begin, end);
    return difference_of(sum.time_bytes / sum.time2, 1 / sum.time2);
  }

 private:
  struct Sum {
    f64 time2 = 0, time_bytes = 0, bytes2 = 0;
  };
  Sum between(size_t begin, size_t end) const {
    const Sum &a = sums_[begin], &b = sums_[end];
    return {b.time2 - a.time2, b.time_bytes - a.time_bytes, b.bytes2 - a.bytes2};
  }
  std::vector<Sum> sums_{Sum{}};
};

// Ends of the stretches that explain the increments best.
std::vector<size_t> best_ends(const Fits& fits, size_t count) {
  // A further stretch has a place and a rate to choose: the largest of `count` likelihood ratios, by Bonferroni.
  const f64 price = 2 * std::log(static_cast<f64>(count) / kFalseStretches);
  std::vector<f64> best(count + 1, std::numeric_limits<f64>::infinity());
  std::vector<size_t> begin_of(count + 1, 0);
  best[0] = -price;
  for (size_t end = 1; end <= count; ++end) {
    for (size_t begin = 0; begin < end; ++begin) {
      const f64 cost = best[begin] + fits.misfit(begin, end) + price;
      if (cost < best[end]) {
        best[end] = cost;
        begin_of[end] = begin;
      }
    }
  }
  std::vector<size_t> ends;
  for (size_t end = count; end > 0; end = begin_of[end]) ends.push_back(end);
  std::reverse(ends.begin(), ends.end());
  return ends;
}

}  // namespace

Course course_of(const Subject& subject) {
  const std::vector<Level> levels = levels_of(subject);
  Course course;
  course.levels.push_back({0, 0});
  for (const Level& level : levels) course.levels.push_back({level.at_s, level.bytes});
  const std::vector<Increment> increments = increments_of(levels);
  if (increments.empty()) return course;
  const Fits fits(increments, dispersion_of(increments));
  size_t begin = 0;
  for (const size_t end : best_ends(fits, increments.size())) {
    course.stretches.push_back({increments[begin].from_s, increments[end - 1].to_s, fits.rate(begin, end)});
    begin = end;
  }
  return course;
}

Estimate level_ahead(const Course& course, const Estimate& now, f64 ahead_s) {
  const Estimate rate = course.known() ? course.now().bytes_per_s : Estimate{};
  const f64 level = now.value + rate.value * ahead_s;
  const f64 down = std::hypot(now.value - now.low, (rate.value - rate.low) * ahead_s);
  const f64 up = std::hypot(now.high - now.value, (rate.high - rate.value) * ahead_s);
  return {std::max(0.0, level), std::max(0.0, level - down), std::max(0.0, level + up)};
}

}  // namespace lw
