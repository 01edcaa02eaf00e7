// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/profile.h"

#include <numeric>

namespace lw {

Tally& Tally::operator+=(const Tally& other) {
  count += other.count;
  bytes += other.bytes;
  count_variance += other.count_variance;
  bytes_variance += other.bytes_variance;
  samples += other.samples;
  return *this;
}

void index_blocks(LiveSet& set, size_t series_count) {
  set.deaths.resize(series_count);
  set.first.assign(series_count + 1, 0);
  for (const LiveBlock& block : set.blocks) ++set.first[block.series + 1];
  std::partial_sum(set.first.begin(), set.first.end(), set.first.begin());
}

const char* ended_word(Ended ended) {
  switch (ended) {
    case Ended::kExit:
      return "exit";
    case Ended::kKilled:
      return "killed";
    case Ended::kRunning:
      break;
  }
  return "running";
}

}  // namespace lw
