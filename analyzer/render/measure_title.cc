// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/measure_title.h"

namespace lw {

std::string measure_title(const Measure& measure) {
  switch (measure.unit) {
    case Unit::kBlocks:
      return measure.only_alive ? "blocks" : "blocks allocated";
    case Unit::kBytesPerSecond:
      return measure.may_be_below ? "growth" : "freed";
    case Unit::kSeconds:
      return "97 % died by";
    case Unit::kByteHours:
      return "held";
    case Unit::kBytes:
      break;
  }
  return measure.only_alive ? "alive" : "allocated";
}

}  // namespace lw
