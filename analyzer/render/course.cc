// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/course.h"

#include <fmt/format.h>

#include "analyzer/base/units.h"

namespace lw {
namespace {

std::string slope_text(const Estimate& rate) {
  if (rate.low <= 0 && rate.high >= 0) return "level";
  std::string value = (rate.value > 0 ? "+" : "") + rate_text(rate.value);
  if (rate.low == rate.high) return value;
  return fmt::format("{} ({} to {})", value, rate_number(rate.low, rate.value), rate_number(rate.high, rate.value));
}

}  // namespace

std::string course_text(const Course& course) {
  std::string text;
  for (const CourseStretch& stretch : course.stretches) {
    const bool last = &stretch == &course.stretches.back();
    text += (text.empty() ? "" : ", then ") + slope_text(stretch.bytes_per_s);
    if (!last) text += " until " + duration_text(stretch.to_s);
  }
  return text;
}

Json json_of(const Course& course) {
  Json json{{"levels", Json::array()}, {"stretches", Json::array()}};
  for (const TrendPoint& level : course.levels) {
    json["levels"].push_back({{"t_s", json_number(level.at_s)}, {"live_bytes", json_number(level.value)}});
  }
  for (const CourseStretch& stretch : course.stretches) {
    json["stretches"].push_back({{"from_s", json_number(stretch.from_s)},
                                 {"to_s", json_number(stretch.to_s)},
                                 {"growth_bytes_per_s", json_of(stretch.bytes_per_s)}});
  }
  return json;
}

}  // namespace lw
