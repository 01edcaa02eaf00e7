// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/answer.h"
#include "analyzer/render/explanation.h"
#include "analyzer/render/report_json.h"
#include "analyzer/render/report_text.h"

namespace lw {
namespace {

// "3" or "4711:3" → the process and the number of its finding; nothing after a complaint.
std::optional<std::pair<const ProcessReport*, size_t>> find_finding(const Report& report, const std::string& word) {
  const size_t colon = word.find(':');
  const std::string pid = colon == std::string::npos ? "" : word.substr(0, colon);
  const std::string number_word = colon == std::string::npos ? word : word.substr(colon + 1);
  const auto is_number = [](const std::string& text) {
    return !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string::npos;
  };
  if (!is_number(number_word) || (colon != std::string::npos && !is_number(pid))) {
    complain(fmt::format("report: --explain {} is neither a number nor PID:NUMBER", word));
    return {};
  }
  const size_t number = std::stoul(number_word);
  size_t most = 0;
  for (const ProcessReport& process : report.processes) {
    if (!pid.empty() && pid != std::to_string(process.process->pid)) continue;
    most = std::max(most, process.findings.size());
    if (number >= 1 && number <= process.findings.size()) return std::pair(&process, number);
  }
  complain(most == 0 ? fmt::format("there is no finding to explain{}", pid.empty() ? "" : " in process " + pid)
                     : fmt::format("there is no finding {}; the last one is {}", number_word, most));
  return {};
}

int explain_finding(const Answer& result, const std::string& word, unsigned depth, bool json) {
  const auto found = find_finding(result.report, word);
  if (!found) return result.complaints.empty() ? kWrongUsage : kDamaged;
  const Explanation explanation = explanation_of(*found->first, found->second);
  const std::string text = json ? explanation_json(explanation, result.names)
                                : explanation_text(explanation, result.names, depth, terminal_behind(STDOUT_FILENO));
  std::fputs(text.c_str(), stdout);
  return result.status();
}

}  // namespace

int report_command(const Arguments& arguments) {
  AnswerChoice choice;
  TextChoice text;
  std::vector<std::string> paths;
  std::string explain;
  bool json = false;
  Options options("report", "The verdict on snapshots, live files, folders of both, or running processes.",
                  "PATH is a snapshot (*.lws), a live file (*.live), a folder of them, or a PID.\n"
                  "Any number of processes and snapshots is read at once.");
  options.arguments("PATH", paths, "what to read");
  options.flag("--json", json, "for programs");
  options.flag("--all", text.all, "every line of code and every process, not only findings");
  options.flag("--unfreed", choice.findings.unfreed, "list also what was alive at a normal exit");
  choice.work.add_to(options);
  options.number("--top", text.most_findings, "findings shown of one process (default 10)");
  options.text("--explain", explain, "N", "all there is behind finding N, or PID:N where several processes have one");
  options.number("--depth", text.depth, "frames shown of a stack (default 8)");
  choice.reach.add_to(options);
  choice.symbols.add_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  if (!choice.work.read()) return kDamaged;
  choice.all_names = json || text.all;
  Answer result = answer(paths, choice);
  if (text.all) add_places(result.report, result.observation, result.names);
  if (!explain.empty()) return explain_finding(result, explain, text.depth, json);
  if (json) {
    write_report_json(result.report, result.names,
                      [](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
  } else {
    std::fputs(report_text(result.report, result.names, text, terminal_behind(STDOUT_FILENO)).c_str(), stdout);
  }
  return result.status();
}

}  // namespace lw
