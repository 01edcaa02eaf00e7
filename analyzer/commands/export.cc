// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/html_page.h"
#include "analyzer/commands/out_file.h"
#include "analyzer/commands/view_choice.h"
#include "analyzer/render/export.h"
#include "analyzer/render/report_json.h"

namespace lw {
namespace {

struct Format {
  const char* name;
  const char* summary;
  std::string (*write)(const ExportContent& content);
};

constexpr Format kFormats[] = {
    {"pprof", "profile.proto for `go tool pprof`", [](const ExportContent& content) { return pprof_export(content); }},
    {"folded", "stacks on a line each, for flamegraph.pl", folded_export},
    {"speedscope", "for speedscope.app", speedscope_export},
    {"perfetto", "the memory log as a trace, for ui.perfetto.dev", perfetto_export},
    {"csv", "a line per site", csv_export},
    {"openmetrics", "gauges for Prometheus", [](const ExportContent& content) { return openmetrics_export(content); }},
    {"massif", "for ms_print and massif-visualizer", massif_export},
    {"json", "what `report --json` says", nullptr},
    {"html", "the report as one page for a browser, with pictures", nullptr},
};

std::string formats_help() {
  std::string text = "Formats:\n";
  for (const Format& format : kFormats) text += fmt::format("  {:<12} {}\n", format.name, format.summary);
  return text + "\nfolded shows one measure, --by; massif what is alive; the others show several.";
}

// The report on the sites that the filters let through.
std::string json_of(const ViewChoice& choice, const StackView& view, Looked& looked) {
  std::vector<StackNumber> stacks;
  for (const ViewStack& stack : view.stacks) stacks.push_back(stack.site->stack);
  Report report = looked.report;
  for (ProcessReport& process : report.processes) {
    process.sites.clear();
    for (const ViewStack& stack : view.stacks) {
      if (stack.process == process.process) process.sites.push_back(*stack.site);
    }
  }
  std::vector<std::string> said_already;
  const Names names = name_stacks(looked.observation.code, stacks, choice.symbols, said_already);
  add_findings(report, looked.observation, names, {});
  return report_json(report, names);
}

// What a format cannot say, or a sum cannot.
bool fits(const ViewChoice& choice, const std::string& format, const Looked& looked) {
  if (format == "folded" && !choice.measure().adds_up) {
    complain("export: lifetimes do not add up, so no stack is wider for them; choose another --by");
    return false;
  }
  if (format == "massif" && looked.report.processes.size() != 1) {
    complain(fmt::format("export: massif's format holds one process, and there are {}; choose one with --process",
                         looked.report.processes.size()));
    return false;
  }
  if (format == "html" && !choice.thread.empty()) {
    complain(
        "export: html shows memory over time, and who allocated is known of what is alive in the end only; leave "
        "out --thread");
    return false;
  }
  return true;
}

}  // namespace

int export_command(const Arguments& arguments) {
  ViewChoice choice("export");
  std::string name, out;
  Options options("export", "Write what is known in a format of other tools.", formats_help());
  std::vector<std::string> names_of_formats;
  for (const Format& format : kFormats) names_of_formats.emplace_back(format.name);
  options.argument("FORMAT", name, "one of the formats below", names_of_formats);
  choice.add_paths_to(options);
  options.text("-o,--output", out, "FILE", "write to FILE (default: stdout)");
  choice.add_by_to(options);
  choice.add_filters_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  const Format& format = *std::find_if(std::begin(kFormats), std::end(kFormats),
                                       [&](const Format& candidate) { return name == candidate.name; });
  // These tell of lines; in the others a function is wanted whole.
  if (name == "csv" || name == "openmetrics" || name == "massif") choice.grain = "line";
  StackFilter filter;
  Looked looked;
  if (const auto status = look(choice, filter, looked)) return *status;
  if (!fits(choice, name, looked)) return kWrongUsage;
  if (name == "html") {
    write_out(out, html_page(choice, std::move(filter), looked));
    return looked.status();
  }
  const NamedCode names = name_everything(choice, looked);
  const Measure& measure = name == "massif" ? measure_by("live_bytes") : choice.measure();
  const StackView view = stack_view(looked.observation, looked.report, names, measure, filter);
  const ExportContent content{looked.observation, looked.report, names, view, choice.with_wrappers};
  write_out(out, format.write != nullptr ? format.write(content) : json_of(choice, view, looked));
  return looked.status();
}

}  // namespace lw
