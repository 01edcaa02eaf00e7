// SPDX-License-Identifier: Apache-2.0
// All there is behind one finding, and what would show that it is wrong.
#pragma once

#include "analyzer/model/course.h"
#include "analyzer/model/histograms.h"
#include "analyzer/model/report.h"

namespace lw {

struct Explanation {
  const ProcessReport* report = nullptr;
  size_t number = 0;  // of the finding, from 1 on
  Course course;
  std::vector<LifetimeBin> lifetimes;
  f64 share_of_live = 0;        // of what the process has alive
  f64 share_of_rss_growth = 0;  // of the rise of its resident memory; 0 if that does not rise
  // A growing finding says that at least so much more will be alive here after another `ahead_s` of such running; less
  // would refute it.
  f64 ahead_s = 0;
  Estimate ahead_bytes;

  const Assessment& finding() const { return report->findings[number - 1]; }
};

Explanation explanation_of(const ProcessReport& report, size_t number);

}  // namespace lw
