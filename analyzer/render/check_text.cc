// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/check.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/headline.h"

namespace lw {
namespace {

// Command lines shown of one finding; the JSON and the XML have all of them.
constexpr size_t kMostCommands = 4, kLongestCommand = 60;

std::string beyond_text(const Beyond& beyond) {
  const bool level = beyond.quantity == Quantity::kLevel;
  const auto amount = [&](f64 value) { return level ? bytes_text(value) : rate_text(value); };
  const char* verb = level ? "holds" : beyond.quantity == Quantity::kGrowth ? "grows" : "allocates";
  return fmt::format("{} {}, in the baseline {} (±{})", verb, amount(beyond.value), amount(beyond.usual),
                     amount(beyond.scatter));
}

std::string amount_text(const Violation& violation) {
  const Assessment& worst = *violation.worst;
  if (violation.beyond) return beyond_text(*violation.beyond);
  if (violation.verdict == Verdict::kMismatch) {
    return fmt::format("{} time{}", violation.mismatches, violation.mismatches == 1 ? "" : "s");
  }
  if (violation.verdict == Verdict::kGrowing) {
    return fmt::format("{}, {} sure", rate_text(worst.bytes_per_s.value), confidence_text(worst.confidence));
  }
  return fmt::format("{} in {} block{}", bytes_text(violation.live_bytes), count_text(violation.live_count),
                     count_text(violation.live_count) == "1" ? "" : "s");
}

// "in 61 processes: git log (60 times), sh -c 'git log'"
std::string processes_text(const Violation& violation) {
  const size_t count = violation.seen_in.size();
  if (count == 1) {
    const Process& process = *violation.seen_in.front()->process;
    return fmt::format("in {}: {}", process_text(process), shortened(command_text(process), kLongestCommand));
  }
  std::vector<std::pair<std::string, size_t>> commands;  // in the order of the processes
  for (const ProcessReport* report : violation.seen_in) {
    const std::string command = shortened(command_text(*report->process), kLongestCommand);
    const auto known =
        std::find_if(commands.begin(), commands.end(), [&](const auto& c) { return c.first == command; });
    if (known == commands.end()) {
      commands.emplace_back(command, 1);
    } else {
      ++known->second;
    }
  }
  std::string text = fmt::format("in {} processes: ", count);
  for (size_t i = 0; i < std::min(commands.size(), kMostCommands); ++i) {
    const auto& [command, times] = commands[i];
    text += (i == 0 ? "" : ", ") + command + (times > 1 ? fmt::format(" ({} times)", times) : "");
  }
  return commands.size() > kMostCommands ? text + ", …" : text;
}

std::string suppressions_text(const std::vector<Suppression>& suppressions) {
  std::string text;
  for (const Suppression& suppression : suppressions) {
    if (suppression.sites == 0) continue;
    if (text.empty()) text = "\nSuppressions used:\n     sites    blocks         bytes  pattern\n";
    text += fmt::format("{:>10}{:>10}{:>14}  leak:{}\n", suppression.sites, count_text(suppression.blocks),
                        count_text(suppression.bytes), suppression.pattern);
  }
  return text;
}

std::string plural(size_t count, const char* word, const char* ending = "s") {
  return fmt::format("{} {}{}", count_text(static_cast<f64>(count)), word, count == 1 ? "" : ending);
}

}  // namespace

std::string command_text(const Process& process) {
  if (process.command.empty()) return process.name;
  return fmt::format("{}", fmt::join(process.command, " "));
}

std::string violation_text(const Violation& violation, const Names& names) {
  const char* word = violation.beyond ? "more than usual" : words_of(violation.verdict).word;
  return fmt::format("{}: {}, {}", word, place_text(names.site(violation.worst->stack)), amount_text(violation));
}

std::string check_text(const Checked& checked, const Names& names, const Terminal& terminal) {
  std::string text;
  for (const Violation& violation : checked.violations) {
    text += terminal.ink(Ink::kRed, wrapped(violation_text(violation, names), terminal.width, 4)) + '\n';
    text += wrapped("    " + processes_text(violation), terminal.width, 8) + '\n';
  }
  for (const ProcessReport* process : checked.too_much_alive) {
    text += wrapped(fmt::format("too much alive: {} in {}, more than {}", bytes_text(process->ledger.live_bytes.value),
                                process_text(*process->process), bytes_text(checked.most_live_bytes)),
                    terminal.width, 4) +
            '\n';
  }
  const size_t findings = checked.violations.size() + checked.too_much_alive.size();
  text += fmt::format("{} checked: {}\n", plural(checked.report->processes.size(), "process", "es"),
                      findings == 0 ? "no findings" : plural(findings, "finding"));
  text += suppressions_text(checked.suppressions);
  if (!checked.notes.empty()) text += '\n';
  for (const std::string& note : checked.notes) text += wrapped("Note: " + note, terminal.width, 2) + '\n';
  return shown_on(terminal, text);
}

}  // namespace lw
