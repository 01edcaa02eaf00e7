// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/history.h"

#include <algorithm>
#include <numeric>

namespace lw {

std::vector<Birth> births_of(const Subject& subject) {
  std::vector<Birth> births;
  for (const u32 series : subject.series) {
    for (u32 i = subject.live->first[series]; i < subject.live->first[series + 1]; ++i) {
      const LiveBlock& block = subject.live->blocks[i];
      if (block.flags & kSampleInherited) continue;
      const Weight weight = weight_of(block.size, block.interval);
      const f64 interval = std::max(1.0, static_cast<f64>(block.interval));
      const f64 event = std::clamp(weight.bytes, 1.0, 2 * interval);
      births.push_back({block.birth_s, static_cast<f64>(block.size), weight, event, interval});
    }
  }
  if (subject.series.size() > 1) {
    std::sort(births.begin(), births.end(), [](const Birth& a, const Birth& b) { return a.at_s < b.at_s; });
  }
  return births;
}

std::vector<Level> levels_of(const Subject& subject) {
  std::vector<u32> profiles(subject.live->profile + 1);
  std::iota(profiles.begin(), profiles.end(), 0u);
  return levels_at(subject, profiles);
}

std::vector<Level> levels_at(const Subject& subject, std::span<const u32> profiles) {
  std::vector<Level> levels(profiles.size());
  for (size_t i = 0; i < levels.size(); ++i) levels[i].at_s = subject.process->profiles[profiles[i]].taken_s;
  for (const u32 number : subject.series) {
    const std::vector<SeriesPoint>& points = subject.process->series[number].points;
    size_t next = 0;
    Tally allocated, freed;
    for (size_t i = 0; i < levels.size(); ++i) {
      for (; next < points.size() && points[next].profile <= profiles[i]; ++next) {
        allocated = points[next].allocated;
        freed = points[next].freed;
      }
      levels[i].allocated += allocated;
      levels[i].freed += freed;
    }
  }
  for (Level& level : levels) {
    // A freed sample takes back exactly the weights it brought, so the differences belong to what is alive. Their
    // 32-bit variances may cancel to a little less than nothing.
    level.bytes = level.allocated.bytes - level.freed.bytes;
    level.count = level.allocated.count - level.freed.count;
    level.bytes_variance = std::max(0.0f, level.allocated.bytes_variance - level.freed.bytes_variance);
    level.count_variance = std::max(0.0f, level.allocated.count_variance - level.freed.count_variance);
  }
  return levels;
}

Deaths deaths_of(const Subject& subject) {
  Deaths sum{};
  for (const u32 series : subject.series) {
    for (size_t bin = 0; bin < sum.size(); ++bin) sum[bin] += subject.live->deaths[series][bin];
  }
  return sum;
}

}  // namespace lw
