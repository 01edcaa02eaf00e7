// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/page_json.h"

#include <algorithm>

#include "analyzer/base/columns.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/page_process.h"
#include "analyzer/render/page_stacks.h"
#include "analyzer/render/view_title.h"

namespace lw {
namespace {

constexpr size_t kMostOthers = 300, kMostWarnings = 40, kMostPrograms = 10;
// Of each process; half of it where there are several to show.
constexpr size_t kMostMoments = 60, kFewProcesses = 3;
constexpr size_t kMostText = 600, kMostItems = 64;

// Of what nobody has bounded: names of the watched program, its command line, its stacks.
void clip(Json& json) {
  if (json.is_string()) {
    const auto& text = json.get_ref<const std::string&>();
    if (text.size() > kMostText) json = shortened(text, kMostText);
  } else if (json.is_array() || json.is_object()) {
    for (Json& part : json) clip(part);
  }
}

void clip_findings(Json& findings) {
  for (Json& finding : findings) {
    const size_t frames = finding["stack"].size(), shown = std::max(kMostItems, finding["blamed"].get<size_t>() + 1);
    if (frames > shown) finding["stack"].get_ref<Json::array_t&>().resize(shown);
    finding["frames_left_out"] = frames - std::min(frames, shown);
    finding.erase("freed_by");  // the evidence names them
  }
  clip(findings);
}

size_t size_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace).size(); }

Json words_of_verdicts() {
  Json words = Json::array();
  for (const VerdictWords& verdict : all_verdicts()) {
    words.push_back({{"word", verdict.word}, {"leak", verdict.leak}, {"meaning", verdict.meaning}});
  }
  return words;
}

// Processes in full as long as they leave half of the room to the stacks; of the others the first line only.
std::vector<const ProcessReport*> add_processes(Json& page, const HtmlContent& content, size_t most_bytes) {
  std::vector<const ProcessReport*> shown;
  Json processes = Json::array(), others = Json::array();
  size_t bytes = 0;
  for (const ProcessReport& report : content.report.processes) {
    if (shown.size() < kMostProcessesOnPage && bytes < most_bytes) {
      Json& json = processes.emplace_back(page_json_of(report, content.names));
      if (json["command"].size() > kMostItems) json["command"].get_ref<Json::array_t&>().resize(kMostItems);
      clip_findings(json["findings"]);
      clip(json);
      bytes += size_of(json);
      shown.push_back(&report);
    } else if (others.size() < kMostOthers) {
      others.push_back({{"pid", report.process->pid}, {"headline", headline(report, content.names)}});
      clip(others.back());
    }
  }
  page["left_out"]["processes"] = content.report.processes.size() - shown.size() - others.size();
  page["processes"] = std::move(processes);
  page["other_processes"] = std::move(others);
  return shown;
}

void add_programs(Json& page, const HtmlContent& content) {
  Json programs = Json::array();
  for (const ProgramReport& report : content.report.programs) {
    if (programs.size() == kMostPrograms) break;
    Json& json = programs.emplace_back(page_json_of(report, content.names));
    clip_findings(json["findings"]);
    clip(json);
  }
  page["left_out"]["programs"] = content.report.programs.size() - programs.size();
  page["programs"] = std::move(programs);
}

void add_warnings(Json& page, const Report& report) {
  Json warnings = Json::array();
  for (size_t i = 0; i < std::min(kMostWarnings, report.warnings.size()); ++i) warnings.push_back(report.warnings[i]);
  page["left_out"]["warnings"] = report.warnings.size() - warnings.size();
  clip(warnings);
  page["warnings"] = std::move(warnings);
}

}  // namespace

Json page_json(const HtmlContent& content, size_t most_bytes) {
  Json page{{"leakwatch", LW_VERSION},
            {"schema", 1},
            {"title", processes_text(content.report)},
            {"reload_s", content.reload_s},
            {"verdicts", words_of_verdicts()},
            {"left_out", Json::object()}};
  add_warnings(page, content.report);
  add_programs(page, content);
  const std::vector<const ProcessReport*> shown = add_processes(page, content, most_bytes / 3);
  const size_t used = std::min(most_bytes, size_of(page));
  const size_t moments = shown.size() <= kFewProcesses ? kMostMoments : kMostMoments / 2;
  PageStacks stacks(content, shown, moments, most_bytes - used);
  for (size_t number = 0; number < shown.size(); ++number) stacks.add_to(page["processes"][number], number);
  page["functions"] = stacks.functions();
  page["lines"] = stacks.lines();
  return page;
}

}  // namespace lw
