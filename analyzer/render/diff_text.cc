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

bool differs_from_nothing(const Estimate& change) { return change.low > 0 || change.high < 0; }

std::string signed_text(const std::string& amount, f64 value) { return value > 0 ? "+" + amount : amount; }

std::string what_changed(const Change& change) {
  const Estimate& growth = change.growth_bytes_per_s;
  const Estimate& live = change.live_bytes;
  std::string text;
  if (differs_from_nothing(growth)) {
    text = fmt::format("grows {} ({} to {})", signed_text(rate_text(growth.value), growth.value),
                       rate_number(growth.low, growth.value), rate_number(growth.high, growth.value));
  }
  if (differs_from_nothing(live) || text.empty()) {
    text +=
        fmt::format("{}alive {} ({} to {})", text.empty() ? "" : ", ", signed_text(bytes_text(live.value), live.value),
                    bytes_number(live.low, live.value), bytes_number(live.high, live.value));
  }
  return text + (!change.in_base ? "; new here" : !change.in_new ? "; gone" : "");
}

}  // namespace

std::string diff_text(const DiffSide& base, const DiffSide& fresh, const std::vector<Change>& changes,
                      const Terminal& terminal) {
  const char* verdict = changes.empty() ? "no site changed significantly." : "";
  std::string text =
      wrapped(
          changes.empty() ? verdict : fmt::format("{} site{} changed.", changes.size(), changes.size() == 1 ? "" : "s"),
          terminal.width, 0) +
      '\n';
  text += wrapped("  base  " + side_text(base), terminal.width, 8) + '\n';
  text += wrapped("  new   " + side_text(fresh), terminal.width, 8) + '\n';
  for (const Change& change : changes) {
    const Names& names = change.in_new ? *fresh.names : *base.names;
    const Ink ink = change.growth_bytes_per_s.value > 0 || change.live_bytes.value > 0 ? Ink::kRed : Ink::kGreen;
    text +=
        '\n' + terminal.ink(ink, wrapped("  " + place_text(names[change.site.stack].site()), terminal.width, 4)) + '\n';
    text += wrapped("    " + what_changed(change), terminal.width, 4) + '\n';
  }
  return shown_on(terminal, text);
}

}  // namespace lw
