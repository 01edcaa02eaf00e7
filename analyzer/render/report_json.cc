// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/report_json.h"

#include "analyzer/render/ledger_json.h"

namespace lw {
namespace {

Json memory_of(const Process& process) {
  Json points = Json::array();
  for (const MemoryPoint& point : process.memory) {
    points.push_back({{"t_s", static_cast<f64>(point.time_ns / 1'000'000) / 1000},
                      {"rss_bytes", point.rss_bytes},
                      {"live_bytes", json_number(point.live_bytes)},
                      {"allocations", point.allocations},
                      {"frees", point.frees}});
  }
  return points;
}

Json program_of(const ProgramReport& report, const Names& names) {
  const Process& first = *report.processes.front();
  Json program{{"name", first.name}, {"pids", Json::array()}, {"findings", Json::array()}};
  for (const Process* process : report.processes) program["pids"].push_back(process->pid);
  for (const Assessment& finding : report.findings) program["findings"].push_back(json_of(first, finding, names));
  return program;
}

}  // namespace

Json json_of_finding(const Process& process, const Assessment& finding, const Names& names) {
  Json json = json_of(process, finding, names);
  add_grounds(json, finding, names);
  return json;
}

Json json_with_findings(const ProcessReport& report, const Names& names) {
  Json process = json_of_process(report);
  process["findings"] = Json::array();
  for (const Assessment& finding : report.findings) {
    process["findings"].push_back(json_of_finding(*report.process, finding, names));
  }
  process["memory"] = memory_of(*report.process);
  process["ledger"] = json_of_ledger(report.ledger);
  process["forecast"] = json_of_forecast(report, names);
  process["churn"] = json_of_churn(report.churn);
  return process;
}

std::string report_json(const Report& report, const Names& names) {
  Json json{{"leakwatch", LW_VERSION}, {"schema", 1}, {"processes", Json::array()}, {"warnings", report.warnings}};
  for (const ProcessReport& report_of_one : report.processes) {
    Json process = json_with_findings(report_of_one, names);
    process["sites"] = Json::array();
    for (const Assessment& site : report_of_one.sites) {
      process["sites"].push_back(json_of(*report_of_one.process, site, names));
    }
    json["processes"].push_back(std::move(process));
  }
  if (!report.programs.empty()) {
    json["programs"] = Json::array();
    for (const ProgramReport& program : report.programs) json["programs"].push_back(program_of(program, names));
  }
  return json_text(json);
}

}  // namespace lw
