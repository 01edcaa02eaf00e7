// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/limits.h"

namespace lw {
namespace {

bool counts(const Assessment& finding, const Limits& limits) {
  if (finding.verdict == Verdict::kUnfreed) return limits.unfreed;
  const bool slow = limits.most_growth_bytes_per_s && finding.bytes_per_s.value <= *limits.most_growth_bytes_per_s;
  return !(finding.verdict == Verdict::kGrowing && slow);
}

}  // namespace

Violations violations_of(const ProcessReport& report, const Names& names, const Limits& limits,
                         const Suppressions& suppressions) {
  Violations violations;
  for (const Assessment& finding : report.findings) {
    if (!counts(finding, limits)) continue;
    if (suppressions.matches(names[finding.stack])) {
      ++violations.suppressed;
    } else {
      violations.findings.push_back(&finding);
    }
  }
  // Only what is surely above the limit: the estimate's lower end.
  violations.too_much_alive = limits.most_live_bytes && report.ledger.live_bytes.low > *limits.most_live_bytes;
  return violations;
}

}  // namespace lw
