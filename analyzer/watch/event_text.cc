// SPDX-License-Identifier: Apache-2.0
#include "analyzer/watch/event_text.h"

#include <fmt/format.h>

#include "analyzer/base/units.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/report_json.h"
#include "analyzer/watch/state_text.h"

namespace lw {
namespace {

std::string figures_of(const WatchEvent& event, const Names& names) {
  const Assessment& finding = *event.finding;
  if (!words_of(finding.verdict).leak) return evidence_text(*event.report->process, finding, names);
  const Estimate& rate = finding.bytes_per_s;
  std::string text;
  if (rate.value > 0) {
    text = fmt::format("{} ({} to {}), ", rate_text(rate.value), rate_number(rate.low, rate.value),
                       rate_number(rate.high, rate.value));
  }
  return text +
         fmt::format("{} alive, {} sure", bytes_text(finding.live_bytes.value), confidence_text(finding.confidence));
}

std::string what_of(const WatchEvent& event, const Names& names) {
  const Process& process = *event.report->process;
  switch (event.kind) {
    case EventKind::kWatched:
      return ": " + state_text(process);
    case EventKind::kEnded:
      return fmt::format(": {}; {}", state_text(process), verdict_text(*event.report, names));
    case EventKind::kGone:
      return fmt::format(" {} {}", words_of(event.verdict).word, event.place);
    default:
      return fmt::format(" {} {}: {}", words_of(event.verdict).word, event.place, figures_of(event, names));
  }
}

std::string in_one_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n'; }

}  // namespace

std::string event_text(const WatchEvent& event, const std::string& time, const Names& names) {
  const Process& process = *event.report->process;
  return fmt::format("{} {}[{}] {}{}\n", time, process.name, process.pid, event_word(event.kind),
                     what_of(event, names));
}

std::string event_json(const WatchEvent& event, const std::string& time, const Names& names) {
  const Process& process = *event.report->process;
  Json json{{"time", time}, {"event", event_word(event.kind)}, {"pid", process.pid}, {"name", process.name}};
  if (event.finding != nullptr) {
    json["finding"] = json_of_finding(process, *event.finding, names);
  } else if (event.kind == EventKind::kGone) {
    json["verdict"] = words_of(event.verdict).word;
    json["place"] = event.place;
  } else if (event.kind == EventKind::kEnded) {
    json["ended"] = ended_word(process.ended);
    json["verdict"] = verdict_text(*event.report, names);
  }
  return in_one_line(json);
}

std::string finding_json(const WatchEvent& event, const Names& names) {
  return in_one_line(json_of_finding(*event.report->process, *event.finding, names));
}

}  // namespace lw
