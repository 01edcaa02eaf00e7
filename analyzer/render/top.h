// SPDX-License-Identifier: Apache-2.0
// The largest sites of each process, as a table or as JSON.
#pragma once

#include <string>
#include <vector>

#include "analyzer/base/terminal.h"
#include "analyzer/model/measure.h"
#include "analyzer/model/report.h"

namespace lw {

struct TopOfProcess {
  const ProcessReport* report;
  std::vector<Assessment> sites;  // in order
};

std::string top_text(const std::vector<TopOfProcess>& tops, const Measure& measure, const Names& names,
                     const Terminal& terminal);
std::string top_json(const std::vector<TopOfProcess>& tops, const Measure& measure, const Names& names,
                     const std::vector<std::string>& warnings);

}  // namespace lw
