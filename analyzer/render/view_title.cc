// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/view_title.h"

#include <fmt/format.h>

#include <map>

#include "analyzer/base/columns.h"
#include "analyzer/base/file_name.h"
#include "analyzer/base/units.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/values.h"

namespace lw {
namespace {

std::string names_text(const Report& report) {
  constexpr size_t kMostNames = 4;
  std::map<std::string, size_t> counts;
  for (const ProcessReport& process : report.processes) ++counts[process.process->name];
  std::string text;
  size_t named = 0;
  for (const auto& [name, count] : counts) {
    if (named++ == kMostNames) return text + ", …";
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", count == 1 ? "" : fmt::format("{} ", count), name);
  }
  return text;
}

// How much of everything the filter lets through.
std::string filter_text(const StackView& view) {
  SampledSum shown;
  for (const ViewStack& stack : view.stacks) shown += stack.amount;
  std::string stacks = fmt::format("{} of {} stacks", count_text(static_cast<f64>(view.stacks.size())),
                                   count_text(static_cast<f64>(view.stacks.size() + view.left_out)));
  if (!view.measure->adds_up) return stacks;
  return fmt::format("{}, {}", stacks, estimate_text(view.measure->unit, view.estimate(shown)));
}

}  // namespace

std::string processes_text(const Report& report) {
  if (report.processes.size() == 1) return process_text(*report.processes.front().process);
  size_t snapshots = 0;
  for (const ProcessReport& process : report.processes) snapshots += process.process->profiles.size();
  return fmt::format("{} processes ({}), {} snapshots", report.processes.size(), names_text(report), snapshots);
}

std::string view_title(const StackView& view, const Report& report, const Terminal& terminal) {
  std::string title = fmt::format("{}, by {}", processes_text(report), view.measure->meaning);
  if (view.measure->adds_up) title += ": " + estimate_text(view.measure->unit, view.estimate(view.all));
  std::string text = terminal.ink(Ink::kBold, wrapped(title, terminal.width, 2)) + '\n';
  if (view.left_out > 0) text += wrapped("  shown: " + filter_text(view), terminal.width, 4) + '\n';
  return text;
}

Json json_of_view(const StackView& view, const Report& report) {
  Json processes = Json::array();
  for (const ProcessReport& process : report.processes) processes.push_back(json_of_process(process));
  SampledSum shown;
  for (const ViewStack& stack : view.stacks) shown += stack.amount;
  Json json{{"leakwatch", LW_VERSION},
            {"schema", 1},
            {"by", view.measure->word},
            {"unit", unit_word(view.measure->unit)},
            {"processes", std::move(processes)}};
  if (view.measure->adds_up) {
    json["all"] = json_of(view.estimate(view.all));
    json["shown"] = json_of(view.estimate(shown));
  }
  return json;
}

Json json_of(const Place& place) {
  return {{"function", place.name}, {"file", place.file}, {"line", place.line}, {"module", place.module}};
}

std::string place_line(const Place& place, size_t width) {
  constexpr size_t kLeastForName = 16;
  std::string source = place.file.empty() ? place.module : file_name(place.file);
  if (place.line != 0) source += fmt::format(":{}", place.line);
  if (source == place.name || place.name.starts_with(source + "+")) source.clear();
  const size_t for_source = source.empty() ? 0 : shown_width(source) + 2;
  if (for_source + kLeastForName > width) return function_text(place.name, width);
  const std::string name = function_text(place.name, width - for_source);
  return source.empty() ? name : name + "  " + source;
}

}  // namespace lw
