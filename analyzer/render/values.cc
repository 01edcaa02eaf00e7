// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/base/units.h"

namespace lw {
namespace {

// In the unit of `like`, without naming it.
std::string number_like(Unit unit, f64 value, f64 like) {
  switch (unit) {
    case Unit::kBytesPerSecond:
      return rate_number(value, like);
    case Unit::kBlocks:
      return count_text(value);
    default:
      return bytes_number(value, like);
  }
}

}  // namespace

std::string value_text(Unit unit, f64 value) {
  switch (unit) {
    case Unit::kBytes:
      return bytes_text(value);
    case Unit::kBlocks:
      return count_text(value);
    case Unit::kBytesPerSecond:
      return rate_text(value);
    case Unit::kSeconds:
      return value > 0 ? duration_text(value) : "none died";
    case Unit::kByteHours:
      return bytes_text(value) + "·h";
  }
  return "";
}

std::string estimate_text(Unit unit, const Estimate& estimate) {
  const f64 margin = (estimate.high - estimate.low) / 2;
  if (margin <= 0 || unit == Unit::kSeconds) return value_text(unit, estimate.value);
  // In the unit of the larger one, or an error much above its value would have many digits.
  const f64 like = std::max(std::fabs(estimate.value), margin);
  const std::string in_full = value_text(unit, like);
  const size_t space = std::min(in_full.find(' '), in_full.size());
  return number_like(unit, estimate.value, like) + in_full.substr(space) + " ±" + number_like(unit, margin, like);
}

const char* unit_word(Unit unit) {
  switch (unit) {
    case Unit::kBytes:
      return "bytes";
    case Unit::kBlocks:
      return "blocks";
    case Unit::kBytesPerSecond:
      return "bytes_per_s";
    case Unit::kSeconds:
      return "s";
    case Unit::kByteHours:
      break;
  }
  return "byte_hours";
}

}  // namespace lw
