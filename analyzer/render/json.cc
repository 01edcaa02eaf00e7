// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/json.h"

#include <cmath>

#include "analyzer/render/evidence.h"

namespace lw {
namespace {

// Six significant digits are more than any estimate has, and keep the text short and the same on every machine.
f64 rounded(f64 value) {
  if (value == 0 || !std::isfinite(value)) return 0;
  const f64 unit = std::pow(10, std::floor(std::log10(std::fabs(value))) - 5);
  return unit >= 1 ? std::round(value / unit) * unit : std::round(value / unit) / std::round(1 / unit);
}

}  // namespace

Json json_number(f64 value) {
  const f64 short_value = rounded(value);
  const bool whole = std::fabs(short_value) < 0x1p53 && short_value == std::floor(short_value);
  return whole ? Json(static_cast<i64>(short_value)) : Json(short_value);
}

Json json_of(const Estimate& estimate) {
  return {{"estimate", json_number(estimate.value)},
          {"low", json_number(estimate.low)},
          {"high", json_number(estimate.high)}};
}

Json json_of(const NamedStack& stack) {
  Json frames = Json::array();
  for (const NamedFrame& frame : stack.frames) {
    frames.push_back({{"function", frame.function},
                      {"file", frame.file},
                      {"line", frame.line},
                      {"module", frame.module},
                      {"inlined", frame.inlined}});
  }
  return frames;
}

Json json_of_site(const NamedFrame& frame) {
  return {{"function", frame.function},
          {"file", frame.file},
          {"line", frame.line},
          {"module", frame.module},
          {"build_id", frame.build_id}};
}

namespace {

Json json_of_reach(const ReachCase& reach) {
  Json held_by = Json::array();
  for (const auto& [holder, share] : reach.holders)
    held_by.push_back({{"holder", holder}, {"share", json_number(share)}});
  return {{"looks", reach.looks},
          {"hidden_registers", reach.hidden},
          {"kernel_unseen", reach.kernel_unseen},
          {"lost_samples", reach.heads},
          {"held_by_lost_samples", reach.by_lost},
          {"held_samples", reach.held},
          {"lost_bytes", json_number(reach.lost_bytes)},
          {"lost_share", json_number(reach.lost_share())},
          {"held_by", held_by}};
}

}  // namespace

Json json_of(const Process& process, const Assessment& assessment, const Names& names) {
  const NamedStack& stack = names[assessment.stack];
  Json json{{"verdict", words_of(assessment.verdict).word},
            {"confidence", json_number(assessment.confidence)},
            {"site", json_of_site(stack.site())},
            {"stack", json_of(stack)},
            {"live_bytes", json_of(assessment.live_bytes)},
            {"live_count", json_of(assessment.live_count)},
            {"growth_bytes_per_s", json_of(assessment.bytes_per_s)},
            {"samples", assessment.samples},
            {"evidence", evidence_text(process, assessment, names)},
            {"stacks", assessment.series.size()},
            {"wait_s", json_number(assessment.wait_s)},
            {"pattern", pattern_word(assessment.pattern)},
            {"growing_since_s", json_of(assessment.growth->onset_range_s)},
            {"rests_on_processes", assessment.processes}};
  if (assessment.reach) json["reach"] = json_of_reach(*assessment.reach);
  return json;
}

Json json_of_process(const ProcessReport& report) {
  const Process& process = *report.process;
  Json drops = Json::object();
  for (const Drop& drop : process.drops) drops[drop.reason] = drop.count;
  return {{"pid", process.pid},
          {"command", process.command},
          {"snapshots", process.profiles.size()},
          {"duration_s", json_number(process.duration_s())},
          {"interval_bytes", process.newest().interval},
          {"ended", ended_word(process.ended)},
          {"drops", drops},
          {"name", process.name},
          {"host", process.host},
          {"start_unix_ns", process.start_unix_ns},
          {"exact", process.exact()},
          {"covered", (process.flags & kProcessNotCovered) == 0},
          {"visible_leak_bytes_per_s", json_number(report.power.bytes_per_s)},
          {"cost",
           {{"cpu_share", json_number(report.cost.cpu_share)},
            {"own_bytes", json_number(report.cost.own_bytes)},
            {"samples_per_s", json_number(report.cost.samples_per_s)},
            {"dropped_share", json_number(report.cost.dropped_share)}}}};
}

std::string json_text(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'; }

}  // namespace lw
