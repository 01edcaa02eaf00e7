// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/profile.h"

namespace lw {

Tally& Tally::operator+=(const Tally& other) {
  count += other.count;
  bytes += other.bytes;
  count_variance += other.count_variance;
  bytes_variance += other.bytes_variance;
  samples += other.samples;
  return *this;
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
