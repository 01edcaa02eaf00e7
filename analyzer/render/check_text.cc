// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/check.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/headline.h"

namespace lw {
namespace {

std::string finding_line(const Assessment& finding, const Names& names) {
  const std::string place = place_text(names[finding.stack].site());
  const char* word = words_of(finding.verdict).word;
  if (finding.verdict == Verdict::kGrowing) {
    return fmt::format("{}: {}, {}, {} sure", word, place, rate_text(finding.bytes_per_s.value),
                       confidence_text(finding.confidence));
  }
  if (finding.verdict == Verdict::kMismatch) return fmt::format("{}: {}, {} times", word, place, finding.mismatches);
  return fmt::format("{}: {}, {}", word, place, bytes_text(finding.live_bytes.value));
}

}  // namespace

std::string check_text(const std::vector<CheckedProcess>& checked, const Names& names, const Terminal& terminal) {
  std::string text;
  size_t failed = 0, suppressed = 0;
  for (const CheckedProcess& entry : checked) {
    suppressed += entry.violations.suppressed;
    if (entry.violations.none()) continue;
    ++failed;
    text += process_text(*entry.report->process) + '\n';
    for (const Assessment* finding : entry.violations.findings) {
      text += wrapped("  " + finding_line(*finding, names), terminal.width, 4) + '\n';
    }
    if (entry.violations.too_much_alive) {
      text +=
          fmt::format("  limit: {} alive at the last snapshot\n", bytes_text(entry.report->ledger.live_bytes.value));
    }
  }
  text +=
      fmt::format("{} process{} checked, {} with findings", checked.size(), checked.size() == 1 ? "" : "es", failed);
  if (suppressed > 0) text += fmt::format(", {} finding{} suppressed", suppressed, suppressed == 1 ? "" : "s");
  return shown_on(terminal, text + '\n');
}

}  // namespace lw
