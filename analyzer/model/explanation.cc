// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/explanation.h"

#include <algorithm>
#include <numeric>

#include "analyzer/model/measure.h"

namespace lw {

Explanation explanation_of(const ProcessReport& report, size_t number) {
  Explanation result;
  result.report = &report;
  result.number = number;
  const Process& process = *report.process;
  const Assessment& finding = result.finding();
  const LiveSet& judged = judged_live_set(process, finding);
  result.course = course_of({&process, &judged, finding.series});
  const SiteOfProcess site{&process, &finding};
  result.lifetimes = lifetime_histogram(std::span(&site, 1));
  // At the snapshot that was judged: at the exit hardly anything else is left.
  Subject all{&process, &judged, std::vector<u32>(process.series.size())};
  std::iota(all.series.begin(), all.series.end(), 0u);
  const f64 alive = levels_of(all).back().bytes;
  if (alive > 0) result.share_of_live = std::min(1.0, finding.live_bytes.value / alive);
  const Ledger& ledger = report.ledger;
  if (ledger.rss_bytes_per_s.low > 0) {
    result.share_of_rss_growth = std::max(0.0, finding.bytes_per_s.value / ledger.rss_bytes_per_s.value);
  }
  result.ahead_s = process.duration_s();
  if (finding.verdict == Verdict::kGrowing) {
    result.ahead_bytes = level_ahead(finding.live_bytes, finding.bytes_per_s, result.ahead_s);
  }
  return result;
}

}  // namespace lw
