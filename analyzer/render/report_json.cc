// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/report_json.h"

#include "analyzer/render/ledger_json.h"

namespace lw {
namespace {

Json memory_of(const Process& process) {
  Json points = Json::array();
  for (const MemoryPoint& point : process.memory) {
    const u64 time_ms = point.time_ns / 1'000'000;
    points.push_back({{"t_s", static_cast<f64>(time_ms) / 1000},
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
  for (const Assessment& finding : report.findings) {
    Json& json = program["findings"].emplace_back(json_of(first, finding, names));
    add_grounds(json, finding, names);
  }
  return program;
}

// Line breaks stand only between the parts of a JSON text, never inside of one.
std::string indented(const std::string& text, size_t columns) {
  const std::string margin(columns, ' ');
  std::string result = margin;
  for (const char character : text) {
    result += character;
    if (character == '\n') result += margin;
  }
  return result;
}

// "{\n  …\n}\n" → "{\n  …": more can follow.
std::string without_end(std::string text, char bracket) {
  text.resize(text.rfind(bracket) - 1);
  return text;
}

// As json_text(), without the line break at its end.
std::string text_of(const Json& json) {
  std::string text = json_text(json);
  text.pop_back();
  return text;
}

void write_process(const ProcessReport& report, const Names& names, const TextSink& out) {
  out(indented(without_end(json_text(json_with_findings(report, names)), '}'), 4) + ",\n      \"sites\": [");
  for (const Assessment& site : report.sites) {
    out(&site == &report.sites.front() ? "\n" : ",\n");
    out(indented(text_of(json_of(*report.process, site, names)), 8));
  }
  out(report.sites.empty() ? "]\n    }" : "\n      ]\n    }");
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

void write_report_json(const Report& report, const Names& names, const TextSink& out) {
  const Json head{{"leakwatch", LW_VERSION}, {"schema", 1}};
  out(without_end(json_text(head), '}') + ",\n  \"processes\": [");
  for (const ProcessReport& process : report.processes) {
    out(&process == &report.processes.front() ? "\n" : ",\n");
    write_process(process, names, out);
  }
  out(report.processes.empty() ? "]" : "\n  ]");
  Json tail{{"warnings", report.warnings}};
  if (!report.programs.empty()) {
    tail["programs"] = Json::array();
    for (const ProgramReport& program : report.programs) tail["programs"].push_back(program_of(program, names));
  }
  out("," + json_text(tail).substr(1));
}

std::string report_json(const Report& report, const Names& names) {
  std::string text;
  write_report_json(report, names, [&](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace lw
