// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/check.h"
#include "analyzer/render/json.h"

namespace lw {
namespace {

Json json_of_who(const Process& process) {
  return {{"pid", process.pid}, {"name", process.name}, {"command", process.command}};
}

Json json_of(const Violation& violation, const Names& names) {
  Json json = json_of(*violation.seen_in.front()->process, *violation.worst, names);
  json["verdict"] = words_of(violation.verdict).word;
  json["in_processes"] = Json::array();
  for (const ProcessReport* report : violation.seen_in) json["in_processes"].push_back(json_of_who(*report->process));
  json["all_live_bytes"] = json_number(violation.live_bytes);
  json["all_live_count"] = json_number(violation.live_count);
  if (violation.beyond) {
    constexpr const char* kNames[kQuantities] = {"growth_bytes_per_s", "live_bytes", "alloc_bytes_per_s"};
    json["beyond_baseline"] = {{"quantity", kNames[static_cast<size_t>(violation.beyond->quantity)]},
                               {"value", json_number(violation.beyond->value)},
                               {"usual", json_number(violation.beyond->usual)},
                               {"scatter", json_number(violation.beyond->scatter)}};
  }
  return json;
}

}  // namespace

std::string check_json(const Checked& checked, const Names& names) {
  Json json{{"leakwatch", LW_VERSION}, {"schema", 1}, {"passed", !checked.failed()}, {"findings", Json::array()}};
  for (const Violation& violation : checked.violations) json["findings"].push_back(json_of(violation, names));
  json["too_much_alive"] = Json::array();
  for (const ProcessReport* report : checked.too_much_alive) {
    Json who = json_of_who(*report->process);
    who["live_bytes"] = json_of(report->ledger.live_bytes);
    json["too_much_alive"].push_back(std::move(who));
  }
  json["suppressions"] = Json::array();
  for (const Suppression& suppression : checked.suppressions) {
    json["suppressions"].push_back({{"pattern", suppression.pattern},
                                    {"sites", suppression.sites},
                                    {"blocks", json_number(suppression.blocks)},
                                    {"bytes", json_number(suppression.bytes)}});
  }
  json["processes"] = Json::array();
  for (const ProcessReport& report : checked.report->processes) json["processes"].push_back(json_of_process(report));
  json["unreadable"] = checked.unreadable;
  json["warnings"] = checked.notes;
  return json_text(json);
}

}  // namespace lw
