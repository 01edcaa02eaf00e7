// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/page_stacks.h"

#include <algorithm>
#include <unordered_set>

#include "analyzer/base/columns.h"
#include "analyzer/model/heaviest_sites.h"

namespace lw {
namespace {

constexpr size_t kMostNameCharacters = 300, kMostPathCharacters = 160;

Json triple(const Estimate& estimate) {
  return {json_number(estimate.value), json_number(estimate.low), json_number(estimate.high)};
}

size_t size_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace).size() + 1; }

Json column(const std::vector<Level>& levels, f64 (*value)(const Level&)) {
  Json numbers = Json::array();
  for (const Level& level : levels) numbers.push_back(json_number(std::max(0.0, value(level))));
  return numbers;
}

void add_levels(Json& json, const std::vector<Level>& levels) {
  json["alive"] = column(levels, [](const Level& level) { return level.bytes; });
  json["allocated"] = column(levels, [](const Level& level) { return level.allocated.bytes; });
}

}  // namespace

PageStacks::PageStacks(const HtmlContent& content, const std::vector<const ProcessReport*>& processes,
                       size_t most_moments, size_t most_bytes)
    : view_(content.view) {
  for (const ProcessReport* report : processes) processes_.push_back(followed(content, *report, most_moments));
  fill(most_bytes);
}

PageStacks::Followed PageStacks::followed(const HtmlContent& content, const ProcessReport& report,
                                          size_t most_moments) {
  Followed process{&report, telling_profiles(*report.process, most_moments), {}, {}, {}, Json::array()};
  for (size_t number = report.findings.size(); number-- > 0;) {
    for (const u32 series : report.findings[number].series) process.finding_of_series[series] = number;
  }
  for (const ViewStack& stack : content.view.stacks) {
    if (stack.process == report.process) process.candidates.push_back(&stack);
  }
  return process;
}

// In turns, so that a process with few sites is not crowded out by one with many.
void PageStacks::fill(size_t most_bytes) {
  size_t done = 0;
  for (size_t turn = 0; done < processes_.size(); ++turn) {
    done = 0;
    for (Followed& process : processes_) {
      if (turn >= process.candidates.size() || bytes_ >= most_bytes) {
        ++done;
        continue;
      }
      const ViewStack& stack = *process.candidates[turn];
      Json json = json_of(process, stack);
      bytes_ += size_of(json);
      process.stacks.push_back(std::move(json));
      process.shown.insert(process.shown.end(), stack.site->series.begin(), stack.site->series.end());
    }
  }
}

Json PageStacks::json_of(const Followed& process, const ViewStack& stack) {
  const Assessment& site = *stack.site;
  Json frames = Json::array();
  for (const u32 place : view_.frames_of(stack)) frames.push_back(line_of(place));
  Json json{
      {"frames", std::move(frames)},
      {"verdict", words_of(site.verdict).word},
      {"confidence", json_number(site.confidence)},
      {"samples", site.samples},
      {"live_bytes", triple(site.live_bytes)},
      {"live_count", triple(site.live_count)},
      {"growth", triple(site.bytes_per_s)},
      {"allocations", json_number(site.allocated.count)},
      {"died_by_s", json_number(site.died_by_s)},
      {"kept", triple(site.kept)},
      {"noise", json_number(site.allocated.bytes > 0 ? site.allocated.bytes_variance / site.allocated.bytes : 0)}};
  if (const auto found = process.finding_of_series.find(site.series.front());
      found != process.finding_of_series.end()) {
    json["finding"] = found->second;
  }
  add_levels(json, levels_at({process.report->process, &process.report->process->live, site.series}, process.moments));
  return json;
}

u32 PageStacks::line_of(u32 place_number) {
  const auto [line, fresh] = line_numbers_.try_emplace(place_number, static_cast<u32>(lines_.size()));
  if (!fresh) return line->second;
  const Place& place = view_.places[place_number];
  const std::string key = place.name + '\n' + place.file + '\n' + place.module;
  const auto [function, unknown] = function_numbers_.try_emplace(key, static_cast<u32>(functions_.size()));
  if (unknown) {
    functions_.push_back({shortened(place.name, kMostNameCharacters), shortened(place.file, kMostPathCharacters),
                          shortened(place.module, kMostPathCharacters)});
    bytes_ += size_of(functions_.back());
  }
  lines_.push_back({function->second, place.line});
  bytes_ += size_of(lines_.back());
  return line->second;
}

// What is not shown, added up, so that the whole is still the whole.
Json PageStacks::rest_of(const Followed& process) {
  const std::unordered_set<u32> shown(process.shown.begin(), process.shown.end());
  Subject rest{process.report->process, &process.report->process->live, {}};
  for (const Assessment& site : process.report->sites) {
    for (const u32 series : site.series) {
      if (shown.count(series) == 0) rest.series.push_back(series);
    }
  }
  Json json{{"stacks", rest.series.size()}};
  add_levels(json, levels_at(rest, process.moments));
  return json;
}

void PageStacks::add_to(Json& json, size_t number) {
  Followed& process = processes_[number];
  const Process& watched = *process.report->process;
  Json times = Json::array();
  for (const u32 moment : process.moments) times.push_back(json_number(watched.profiles[moment].taken_s));
  const auto& sites = process.report->sites;
  const bool before_exit = watched.before_exit &&
                           std::any_of(sites.begin(), sites.end(), [](const Assessment& s) { return s.freed_at_exit; });
  const u32 judged = before_exit ? watched.before_exit->profile : process.moments.back();
  json["moments"] = {{"t_s", std::move(times)}, {"snapshots", process.moments}};
  json["judged"] = std::find(process.moments.begin(), process.moments.end(), judged) - process.moments.begin();
  json["stacks"] = std::move(process.stacks);
  json["rest"] = rest_of(process);
}

}  // namespace lw
