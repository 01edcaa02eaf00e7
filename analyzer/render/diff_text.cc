// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/diff.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/headline.h"

namespace lw {
namespace {

std::string side_text(const DiffSide& side) {
  const std::vector<ProcessReport>& processes = side.report->processes;
  if (processes.empty()) return "nothing";
  if (processes.size() == 1) return process_text(*processes.front().process);
  return fmt::format("{} processes, the first of them {}", processes.size(), process_text(*processes.front().process));
}

bool costs_more(const Change& change) {
  if (change.grows_differently) return change.growth_bytes_per_s.value > 0;
  return (change.holds_differently ? change.live_bytes : change.alloc_bytes_per_s).value > 0;
}

std::string signed_text(const std::string& amount, f64 value) { return value > 0 ? "+" + amount : amount; }

std::string rate_change(const char* verb, const Estimate& change) {
  return fmt::format("{} {} ({} to {})", verb, signed_text(rate_text(change.value), change.value),
                     rate_number(change.low, change.value), rate_number(change.high, change.value));
}

std::string what_changed(const Change& change) {
  std::vector<std::string> parts;
  if (change.grows_differently) parts.push_back(rate_change("grows", change.growth_bytes_per_s));
  if (change.holds_differently) {
    const Estimate& live = change.live_bytes;
    parts.push_back(fmt::format("holds {} ({} to {})", signed_text(bytes_text(live.value), live.value),
                                bytes_number(live.low, live.value), bytes_number(live.high, live.value)));
  }
  if (change.allocates_differently) parts.push_back(rate_change("allocates", change.alloc_bytes_per_s));
  std::string text = fmt::format("{}, {} sure", fmt::join(parts, ", "), confidence_text(1 - change.by_chance));
  if (!change.in_base) return text + "; new here";
  if (!change.in_new) return text + "; gone";
  return change.was.empty() ? text : text + fmt::format("; taken to be what was {} in base", change.was);
}

}  // namespace

std::string diff_text(const DiffSide& base, const DiffSide& fresh, const std::vector<Change>& changes,
                      const std::vector<std::string>& notes, const Terminal& terminal) {
  std::string text = changes.empty() ? "no site changed significantly.\n"
                                     : fmt::format("{} site{} changed, per process:\n", changes.size(),
                                                   changes.size() == 1 ? "" : "s");
  text += wrapped("  base  " + side_text(base), terminal.width, 8) + '\n';
  text += wrapped("  new   " + side_text(fresh), terminal.width, 8) + '\n';
  for (const Change& change : changes) {
    const Names& names = change.in_new ? *fresh.names : *base.names;
    const Ink ink = costs_more(change) ? Ink::kRed : Ink::kGreen;
    text +=
        '\n' + terminal.ink(ink, wrapped("  " + place_text(names.site(change.site.stack)), terminal.width, 4)) + '\n';
    text += wrapped("    " + what_changed(change), terminal.width, 4) + '\n';
  }
  if (!notes.empty()) text += '\n';
  for (const std::string& note : notes) text += wrapped("Note: " + note, terminal.width, 2) + '\n';
  return shown_on(terminal, text);
}

}  // namespace lw
