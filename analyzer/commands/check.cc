// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "analyzer/base/sentences.h"
#include "analyzer/base/units.h"
#include "analyzer/commands/answer.h"
#include "analyzer/commands/baseline_file.h"
#include "analyzer/commands/out_file.h"
#include "analyzer/commands/suppression_files.h"
#include "analyzer/commands/text_file.h"
#include "analyzer/render/check.h"

namespace lw {
namespace {

struct CheckWords {
  std::string most_growth, most_live, most_unfreed, baseline, junit;
  std::vector<std::string> suppressions, also;
};

bool parse_limit(const std::string& option, const std::string& text, std::optional<double> (*parse)(std::string_view),
                 std::optional<f64>& limit) {
  if (text.empty()) return true;
  limit = parse(text);
  if (!limit)
    complain(fmt::format("check: {} {} is not an amount such as {}", option, text,
                         option == "--max-growth" ? "200K/h" : "64M"));
  return limit.has_value();
}

bool parse_verdicts(const std::vector<std::string>& words, Limits& limits) {
  for (const std::string& word : words) {
    const VerdictWords* known = nullptr;
    std::vector<std::string_view> all;
    for (const VerdictWords& candidate : all_verdicts()) {
      if (!candidate.finding) continue;
      all.emplace_back(candidate.word);
      if (word == candidate.word) known = &candidate;
    }
    if (known == nullptr) {
      complain(fmt::format("check: --also {}: the verdicts are {}", word, fmt::join(all, ", ")));
      return false;
    }
    limits.also.push_back(known->verdict);
    limits.unfreed = limits.unfreed || known->verdict == Verdict::kUnfreed;
  }
  return true;
}

bool parse(const CheckWords& words, Limits& limits) {
  return parse_limit("--max-growth", words.most_growth, parse_rate, limits.most_growth_bytes_per_s) &&
         parse_limit("--max-live", words.most_live, parse_bytes, limits.most_live_bytes) &&
         parse_limit("--max-unfreed", words.most_unfreed, parse_bytes, limits.most_unfreed_bytes) &&
         parse_verdicts(words.also, limits);
}

// kDone, or the status to end with after a complaint.
int read_baseline(const std::string& path, Baseline& baseline) {
  std::string text, why_not;
  if (read_text_file(path, text, why_not) && parse_baseline(text, baseline, why_not)) return kDone;
  complain(fmt::format("the baseline {} {}", path, why_not));
  return kDamaged;
}

std::vector<Violation> violations_in(const Report& report, const Names& names, const Limits& limits) {
  Violations violations(names);
  for (const ProcessReport& process : report.processes) {
    for (const Assessment& finding : process.findings) {
      if (breaks(finding, limits)) violations.add(process, finding);
    }
  }
  return violations.sorted();
}

// A clean check must not promise more than it saw.
void add_notes(const Limits& limits, bool exact_only, Checked& checked) {
  const size_t processes = checked.report->processes.size(), short_lived = too_short_for_growth(*checked.report);
  if (short_lived == 0 || limits.lists_unfreed() || !checked.violations.empty()) return;
  checked.notes.push_back(
      fmt::format("{} of {} process{} ended too soon to tell growth from start-up{}", short_lived, processes,
                  processes == 1 ? "" : "es",
                  exact_only ? "; --unfreed lists what they left, --baseline what they left beyond the usual" : ""));
}

}  // namespace

int check_command(const Arguments& arguments) {
  AnswerChoice choice;
  Limits limits;
  CheckWords words;
  std::vector<std::string> paths;
  bool json = false;
  Options options(
      "check", "For CI: exit status 0 if there are no findings, 1 if there are.",
      "A finding is one line of code, over all processes. What was alive at a normal exit is none unless\n"
      "asked for. Suppressions are in LeakSanitizer's syntax, one `leak:PATTERN` a line; those in the files\n"
      "named by LEAKWATCH_SUPPRESSIONS and by suppressions= in LSAN_OPTIONS hold as well.\n"
      "Exit status: 0 clean, 1 findings, 2 wrong usage, 3 no findings, but some input was unreadable.");
  options.arguments("PATH", paths, "snapshots, live files, folders of both, or PIDs");
  options.text("--max-growth", words.most_growth, "RATE", "accept leaks up to this rate, such as 200K/h");
  options.text("--max-live", words.most_live, "BYTES", "fail if a process surely has more alive, such as 64M");
  options.flag("--unfreed", limits.unfreed, "count what was alive at a normal exit");
  options.text("--max-unfreed", words.most_unfreed, "BYTES",
               "count what was alive at a normal exit if one line left more in one process");
  options.texts("--also", words.also, "VERDICT", "fail on this verdict too, such as churn (repeatable)");
  options.texts("--suppressions", words.suppressions, "FILE", "accepted findings (repeatable)");
  options.text("--baseline", words.baseline, "FILE", "fail only on what is beyond it (see `leakwatch help baseline`)");
  options.text("--junit", words.junit, "FILE", "write the outcome as JUnit XML too");
  options.flag("--json", json, "for programs");
  choice.work.add_to(options);
  choice.symbols.add_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  Suppressions suppressions;
  if (!parse(words, limits) || !read_suppressions(words.suppressions, suppressions)) return kWrongUsage;
  Baseline baseline;
  if (!words.baseline.empty()) {
    if (const int status = read_baseline(words.baseline, baseline); status != kDone) return status;
  }

  if (!choice.work.read()) return kDamaged;
  choice.findings.unfreed = choice.findings.unfreed_if_exact = limits.lists_unfreed();
  choice.all_names = !words.baseline.empty();
  choice.before_findings = [&](Report& report, const Names& names) {
    take_away_accepted(report, names, limits, suppressions);
  };
  const Answer result = answer(paths, choice);
  Checked checked{&result.report,
                  {},
                  holding_too_much(result.report, limits),
                  limits.most_live_bytes.value_or(0),
                  suppressions.all(),
                  result.complaints,
                  result.report.warnings};
  std::vector<MeasuredProcess> processes;
  if (words.baseline.empty()) {
    checked.violations = violations_in(result.report, result.names, limits);
  } else {
    for (const ProcessReport& process : result.report.processes) {
      processes.push_back(measured(result.observation, process, result.names, 0));
    }
    std::vector<std::string> unknown;
    checked.violations =
        violations_beyond(baseline, result.observation, result.report, processes, result.names, limits, unknown);
    for (const std::string& program : unknown) {
      checked.notes.push_back(fmt::format("{} is not in the baseline; it was checked without", program));
    }
  }
  add_notes(limits, words.baseline.empty(), checked);

  const std::string text =
      json ? check_json(checked, result.names) : check_text(checked, result.names, terminal_behind(STDOUT_FILENO));
  std::fputs(text.c_str(), stdout);
  if (!words.junit.empty()) write_out(words.junit, check_junit(checked, result.names));
  return checked.failed() ? kFindings : result.status();
}

}  // namespace lw
