// SPDX-License-Identifier: Apache-2.0
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "analyzer/base/units.h"
#include "analyzer/render/check.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/finding_card.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/xml.h"

namespace lw {
namespace {

constexpr size_t kFrames = 16, kWidth = 100, kMostCommands = 100;

class JUnit {
 public:
  void passed(const std::string& program, const std::string& name) { add(program, name, ""); }

  void failed(const std::string& program, const std::string& name, const std::string& type, const std::string& message,
              const std::string& text) {
    ++failures_;
    add(program, name, element("failure", type, message, text));
  }

  void skipped(const std::string& program, const std::string& name) {
    ++skipped_;
    add(program, name, "<skipped/>");
  }

  void error(const std::string& program, const std::string& name, const std::string& type, const std::string& message,
             const std::string& text) {
    ++errors_;
    add(program, name, element("error", type, message, text));
  }

  std::string document(const Report& report) const {
    f64 seconds = 0;
    u64 newest_ns = 0;
    std::string host = "localhost";
    for (const ProcessReport& process : report.processes) {
      seconds += process.process->duration_s();
      newest_ns = std::max(newest_ns, process.process->newest().taken_unix_ns);
      if (!process.process->host.empty()) host = process.process->host;
    }
    const std::time_t newest_s = static_cast<std::time_t>(newest_ns / 1'000'000'000);
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        "<testsuite name=\"leakwatch\" package=\"leakwatch\" id=\"0\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
        "skipped=\"{}\" time=\"{:.3f}\" timestamp=\"{:%Y-%m-%dT%H:%M:%S}\" hostname=\"{}\">\n"
        "<properties><property name=\"processes\" value=\"{}\"/></properties>\n{}"
        "<system-out></system-out>\n<system-err></system-err>\n</testsuite>\n</testsuites>\n",
        tests_, failures_, errors_, skipped_, seconds, fmt::gmtime(newest_s), xml_text(host), report.processes.size(),
        cases_);
  }

 private:
  static std::string element(const char* tag, const std::string& type, const std::string& message,
                             const std::string& text) {
    return fmt::format("<{0} type=\"{1}\" message=\"{2}\">{3}</{0}>", tag, xml_text(type), xml_text(message),
                       xml_text(text));
  }

  void add(const std::string& program, const std::string& name, const std::string& content) {
    ++tests_;
    cases_ += fmt::format("<testcase classname=\"leakwatch.{}\" name=\"{}\" time=\"0\">{}</testcase>\n",
                          xml_text(program), xml_text(name), content);
  }

  size_t tests_ = 0, failures_ = 0, errors_ = 0, skipped_ = 0;
  std::string cases_;
};

// Nothing in it that changes from run to run or when a line is added above.
std::string name_of(const Violation& violation, const NamedFrame& site) {
  const char* word = violation.beyond ? "more than usual" : words_of(violation.verdict).word;
  const std::string file = site.file.substr(site.file.rfind('/') + 1);
  return fmt::format("{} at {} in {}", word, site.function, file.empty() ? site.module : file);
}

// Of all violations, in their order. Where one function has several, the later ones by line say which they are.
std::vector<std::string> case_names(const std::vector<Violation>& violations, const Names& names) {
  const auto site = [&](const Violation& violation) -> const NamedFrame& { return names.site(violation.worst->stack); };
  std::vector<size_t> by_line(violations.size());
  std::iota(by_line.begin(), by_line.end(), size_t{0});
  std::stable_sort(by_line.begin(), by_line.end(),
                   [&](size_t a, size_t b) { return site(violations[a]).line < site(violations[b]).line; });
  std::map<std::pair<std::string, std::string>, size_t> seen;  // by program and name
  std::vector<std::string> all(violations.size());
  for (const size_t i : by_line) {
    all[i] = name_of(violations[i], site(violations[i]));
    const size_t place = ++seen[{violations[i].seen_in.front()->process->name, all[i]}];
    if (place > 1) all[i] += fmt::format(", place {}", place);
  }
  return all;
}

std::string details(const Violation& violation, const Names& names) {
  std::string text = violation_text(violation, names) + '\n' +
                     stack_text(names[violation.worst->stack], kFrames, kWidth, 2) + "seen in\n";
  size_t shown = 0;
  for (const ProcessReport* report : violation.seen_in) {
    if (++shown > kMostCommands) return text + fmt::format("  and {} more\n", violation.seen_in.size() - kMostCommands);
    text += fmt::format("  {}: {}\n", report->process->pid, command_text(*report->process));
  }
  return text;
}

}  // namespace

std::string check_junit(const Checked& checked, const Names& names) {
  JUnit junit;
  std::set<std::string> blamed;
  const std::vector<std::string> cases = case_names(checked.violations, names);
  for (size_t i = 0; i < cases.size(); ++i) {
    const Violation& violation = checked.violations[i];
    const std::string& program = violation.seen_in.front()->process->name;
    junit.failed(program, cases[i], words_of(violation.verdict).word, violation_text(violation, names),
                 details(violation, names));
    for (const ProcessReport* report : violation.seen_in) blamed.insert(report->process->name);
  }
  for (const ProcessReport* report : checked.too_much_alive) {
    const std::string message = fmt::format("{} alive in {}, more than {}", bytes_text(report->ledger.live_bytes.value),
                                            process_text(*report->process), bytes_text(checked.most_live_bytes));
    junit.failed(report->process->name, "holds no more than allowed", "limit", message, command_text(*report->process));
    blamed.insert(report->process->name);
  }
  std::set<std::string> programs;
  for (const ProcessReport& report : checked.report->processes) programs.insert(report.process->name);
  for (const std::string& program : programs) {
    if (blamed.count(program) == 0) junit.passed(program, "no leaks");
  }
  for (const Suppression& suppression : checked.suppressions) {
    if (suppression.sites > 0) junit.skipped("suppressed", "leak:" + suppression.pattern);
  }
  if (!checked.unreadable.empty()) {
    junit.error("input", "every file can be read", "damaged", checked.unreadable.front(),
                fmt::format("{}", fmt::join(checked.unreadable, "\n")));
  }
  return junit.document(*checked.report);
}

}  // namespace lw
