// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "analyzer/render/export.h"
#include "analyzer/render/json.h"
#include "analyzer/render/view_title.h"

namespace lw {
namespace {

Json frames_of(const StackView& view) {
  Json frames = Json::array();
  for (const Place& place : view.places) {
    Json frame{{"name", place.name}};
    if (!place.file.empty()) frame["file"] = place.file;
    if (place.line != 0) frame["line"] = place.line;
    frames.push_back(std::move(frame));
  }
  return frames;
}

// A sampled profile: stacks outermost first, each with its weight. Weights cannot be negative.
Json profile_of(const StackView& view, const Measure& measure, const char* name) {
  Json samples = Json::array(), weights = Json::array();
  f64 sum = 0;
  for (const ViewStack& stack : view.stacks) {
    const f64 weight = std::round(measure.amount(*stack.process, *stack.site).value);
    if (weight <= 0) continue;
    const std::span<const u32> frames = view.frames_of(stack);
    samples.push_back(std::vector<u32>(frames.rbegin(), frames.rend()));
    weights.push_back(json_number(weight));
    sum += weights.back().get<f64>();
  }
  return {{"type", "sampled"},
          {"name", name},
          {"unit", "bytes"},
          {"startValue", 0},
          {"endValue", sum},
          {"samples", std::move(samples)},
          {"weights", std::move(weights)}};
}

}  // namespace

std::string speedscope_export(const ExportContent& content) {
  Json json{{"$schema", "https://www.speedscope.app/file-format-schema.json"},
            {"name", processes_text(content.report)},
            {"exporter", "leakwatch " LW_VERSION},
            {"activeProfileIndex", 0},
            {"shared", {{"frames", frames_of(content.view)}}},
            {"profiles", Json::array()}};
  json["profiles"].push_back(profile_of(content.view, measure_by("live_bytes"), "alive"));
  json["profiles"].push_back(profile_of(content.view, measure_by("alloc_bytes"), "allocated"));
  json["profiles"].push_back(profile_of(content.view, measure_by("growth"), "growth a second"));
  return json_text(json);
}

}  // namespace lw
