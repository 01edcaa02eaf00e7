// SPDX-License-Identifier: Apache-2.0
// Growth per site over time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/base/terminal.h"
#include "analyzer/model/course.h"
#include "analyzer/model/report.h"

namespace lw {

struct TrendRow {
  Assessment site;
  Course course;
  std::optional<Estimate> rate;  // at which it moves now
  Estimate ahead;                // alive after another ahead_s

  bool moves() const { return rate && (rate->low > 0 || rate->high < 0); }
};

struct TrendOfProcess {
  const ProcessReport* report;
  f64 ahead_s;
  std::vector<TrendRow> rows;  // what grows fastest now first
  size_t left_out = 0;
};

std::string trend_text(const std::vector<TrendOfProcess>& trends, const Names& names,
                       const std::vector<std::string>& warnings, const Terminal& terminal);
std::string trend_json(const std::vector<TrendOfProcess>& trends, const Names& names,
                       const std::vector<std::string>& warnings);

}  // namespace lw
