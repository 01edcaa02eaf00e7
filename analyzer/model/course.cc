// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/course.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lw {
namespace {

struct Increment {
  f64 time_s, bytes;
  f64 own_variance;  // from what moved in it
  f64 variance;      // its part of all the series' variance, by time
};

// What blocks of one place bring, from those alive; each counts by its bytes, so that a huge one tells.
struct Brought {
  f64 by_block = 0;   // bytes, by one of them
  f64 by_sample = 0;  // bytes that one sample stands for
};

Brought brought_by(const Subject& subject) {
  f64 bytes = 0, sizes = 0, weights = 0;
  for (const u32 series : subject.series) {
    for (u32 i = subject.live->first[series]; i < subject.live->first[series + 1]; ++i) {
      const LiveBlock& block = subject.live->blocks[i];
      const Weight weight = weight_of(block.size, block.interval);
      bytes += weight.bytes;
      sizes += weight.bytes * static_cast<f64>(block.size);
      weights += weight.bytes * weight.bytes;
    }
  }
  return bytes > 0 ? Brought{sizes / bytes, weights / bytes} : Brought{};
}

f64 mean_size(const Tally& tally) { return tally.count > 0 ? tally.bytes / tally.count : 0; }

// What sampling adds to the difference of two levels, and what chance does to it even where every block is counted: of
// all that came and went in between only what is alive at one of the ends matters, since the rest has cancelled out.
f64 variance_of(const Level& before, const Level& after, const Brought& brought) {
  const f64 born_bytes = after.allocated.bytes - before.allocated.bytes;
  const f64 died_bytes = after.freed.bytes - before.freed.bytes;
  const f64 moved = std::min(born_bytes, after.bytes) + std::min(died_bytes, before.bytes);
  const f64 born = after.allocated.bytes_variance - before.allocated.bytes_variance;
  const f64 died = after.freed.bytes_variance - before.freed.bytes_variance;
  const f64 sampled = std::min(born, after.bytes_variance) + std::min(died, before.bytes_variance);
  return std::max(0.0, sampled) + std::max(0.0, moved) * std::max(brought.by_block, mean_size(after.allocated));
}

// Where nothing moved, as much as one sample stands for may have moved unseen.
f64 with_unseen(f64 variance, const Brought& brought) {
  return std::max({variance, brought.by_sample * brought.by_sample, 1.0});
}

// The snapshots from the first on, in order of time: what is alive at the first was built up from nothing, and a
// working set that fills once is no rate that changed.
std::vector<Level> ascending(const std::vector<Level>& levels) {
  std::vector<Level> kept;
  for (const Level& level : levels) {
    if (kept.empty() || level.at_s > kept.back().at_s) kept.push_back(level);
  }
  return kept;
}

// All with the variance per second of the whole series: an increment's own follows its bytes, so that the small ones
// would seem the surer ones and any fit through them would come out too low.
std::vector<Increment> increments_of(const std::vector<Level>& levels, const Brought& brought) {
  std::vector<Increment> increments;
  f64 variance = 0, time_s = 0;
  for (size_t i = 1; i < levels.size(); ++i) {
    const Level &before = levels[i - 1], &after = levels[i];
    increments.push_back(
        {after.at_s - before.at_s, after.bytes - before.bytes, variance_of(before, after, brought), 0});
    variance += increments.back().own_variance;
    time_s += after.at_s - before.at_s;
  }
  const f64 per_s = with_unseen(variance, brought) / time_s;
  for (Increment& increment : increments) increment.variance = per_s * increment.time_s;
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
    const f64 difference = b.bytes / b.time_s - a.bytes / a.time_s;
    const f64 variance = b.variance / (b.time_s * b.time_s) + a.variance / (a.time_s * a.time_s);
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
      sums_.push_back({last.time2 + increment.time_s * increment.time_s / variance,
                       last.time_bytes + increment.time_s * increment.bytes / variance,
                       last.bytes2 + increment.bytes * increment.bytes / variance});
    }
  }

  // Squared deviations, in units of their variance, of increments [begin, end) from the rate that fits them best.
  f64 misfit(size_t begin, size_t end) const {
    const Sum &a = sums_[begin], &b = sums_[end];
    const f64 time_bytes = b.time_bytes - a.time_bytes;
    return std::max(0.0, b.bytes2 - a.bytes2 - time_bytes * time_bytes / (b.time2 - a.time2));
  }

 private:
  struct Sum {
    f64 time2 = 0, time_bytes = 0, bytes2 = 0;
  };
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
  const std::vector<Level> ends = ascending(levels);
  if (ends.size() < 2) return course;
  const Brought brought = brought_by(subject);
  const std::vector<Increment> increments = increments_of(ends, brought);
  const f64 dispersion = dispersion_of(increments);
  size_t begin = 0;
  for (const size_t end : best_ends(Fits(increments, dispersion), increments.size())) {
    const Level &from = ends[begin], &to = ends[end];
    const f64 time_s = to.at_s - from.at_s;
    f64 variance = 0;
    for (size_t i = begin; i < end; ++i) variance += increments[i].own_variance;
    variance = dispersion * with_unseen(variance, brought);
    course.stretches.push_back(
        {from.at_s, to.at_s, difference_of((to.bytes - from.bytes) / time_s, variance / (time_s * time_s))});
    begin = end;
  }
  return course;
}

}  // namespace lw
