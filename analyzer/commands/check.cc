// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "analyzer/base/sentences.h"
#include "analyzer/base/units.h"
#include "analyzer/commands/answer.h"
#include "analyzer/render/check.h"

namespace lw {
namespace {

// A suppressions file, from the command line or LEAKWATCH_SUPPRESSIONS. False after a complaint.
bool read_suppressions(const std::string& path, Suppressions& suppressions) {
  std::ifstream file(path);
  if (!file) {
    complain(fmt::format("the suppressions file {} cannot be read", path));
    return false;
  }
  const std::string wrong = suppressions.parse(std::string{std::istreambuf_iterator<char>(file), {}});
  if (!wrong.empty()) complain(fmt::format("{}, {}", path, wrong));
  return wrong.empty();
}

bool parse_limit(const std::string& option, const std::string& text, std::optional<double> (*parse)(std::string_view),
                 std::optional<f64>& limit) {
  if (text.empty()) return true;
  limit = parse(text);
  if (!limit)
    complain(fmt::format("check: {} {} is not an amount such as {}", option, text,
                         option == "--max-growth" ? "200K/h" : "64M"));
  return limit.has_value();
}

}  // namespace

int check_command(const Arguments& arguments) {
  AnswerChoice choice;
  Limits limits;
  std::vector<std::string> paths, suppression_files;
  std::string most_growth, most_live;
  bool json = false;
  Options options("check", "For CI: exit status 0 if there are no findings, 1 if there are.",
                  "Suppressions are in LeakSanitizer's syntax, one `leak:PATTERN` a line; those in the file named by\n"
                  "LEAKWATCH_SUPPRESSIONS hold as well.");
  options.arguments("PATH", paths, "snapshots, live files, folders of both, or PIDs");
  options.text("--max-growth", most_growth, "RATE", "accept leaks up to this rate, such as 200K/h");
  options.text("--max-live", most_live, "BYTES", "fail if a process surely has more alive, such as 64M");
  options.texts("--suppressions", suppression_files, "FILE", "accepted findings (repeatable)");
  options.flag("--unfreed", limits.unfreed, "count what was alive at a normal exit");
  options.flag("--json", json, "for programs");
  choice.symbols.add_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  if (!parse_limit("--max-growth", most_growth, parse_rate, limits.most_growth_bytes_per_s)) return kWrongUsage;
  if (!parse_limit("--max-live", most_live, parse_bytes, limits.most_live_bytes)) return kWrongUsage;
  if (const char* named = std::getenv("LEAKWATCH_SUPPRESSIONS"); named != nullptr && *named != '\0') {
    suppression_files.emplace_back(named);
  }
  Suppressions suppressions;
  for (const std::string& file : suppression_files) {
    if (!read_suppressions(file, suppressions)) return kWrongUsage;
  }

  choice.findings.unfreed = limits.unfreed;
  const Answer result = answer(paths, choice);
  std::vector<CheckedProcess> checked;
  for (const ProcessReport& process : result.report.processes) {
    checked.push_back({&process, violations_of(process, result.names, limits, suppressions)});
  }
  const std::string text = json ? check_json(checked, result.names, result.report.warnings)
                                : check_text(checked, result.names, terminal_behind(STDOUT_FILENO));
  std::fputs(text.c_str(), stdout);
  const bool failed =
      std::any_of(checked.begin(), checked.end(), [](const CheckedProcess& entry) { return !entry.violations.none(); });
  return failed ? kFindings : result.status();
}

}  // namespace lw
