// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/diff.h"
#include "analyzer/render/report_json.h"

namespace lw {
namespace {

// The first process stands for its side; `processes` says how many there are.
Json side_of(const DiffSide& side) {
  Json json =
      side.report->processes.empty() ? Json::object() : json_with_findings(side.report->processes.front(), *side.names);
  json["processes"] = side.report->processes.size();
  return json;
}

// The quantities whose change is significant by itself.
Json what_changed(const Change& change) {
  Json names = Json::array();
  if (change.grows_differently) names.push_back("growth_bytes_per_s");
  if (change.holds_differently) names.push_back("live_bytes");
  if (change.allocates_differently) names.push_back("alloc_bytes_per_s");
  return names;
}

}  // namespace

std::string diff_json(const DiffSide& base, const DiffSide& fresh, const std::vector<Change>& changes,
                      const std::vector<std::string>& notes) {
  Json json{{"leakwatch", LW_VERSION}, {"schema", 1}, {"base", side_of(base)}, {"new", side_of(fresh)}};
  json["findings"] = Json::array();
  for (const Change& change : changes) {
    const DiffSide& side = change.in_new ? fresh : base;
    Json finding = json_of(side.observation->processes[change.site.process], change.site, *side.names);
    finding["confidence"] = json_number(1 - change.by_chance);
    finding["change"] = {{"growth_bytes_per_s", json_of(change.growth_bytes_per_s)},
                         {"live_bytes", json_of(change.live_bytes)},
                         {"alloc_bytes_per_s", json_of(change.alloc_bytes_per_s)}};
    finding["changed"] = what_changed(change);
    finding["in_base"] = change.in_base;
    finding["in_new"] = change.in_new;
    if (!change.was.empty()) finding["was"] = change.was;
    json["findings"].push_back(std::move(finding));
  }
  json["warnings"] = base.report->warnings;
  for (const std::string& warning : fresh.report->warnings) json["warnings"].push_back(warning);
  for (const std::string& note : notes) json["warnings"].push_back(note);
  return json_text(json);
}

}  // namespace lw
