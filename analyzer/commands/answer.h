// SPDX-License-Identifier: Apache-2.0
// From paths to a report with names: the road that all verbs share which judge.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyzer/commands/name_stacks.h"
#include "analyzer/commands/open_paths.h"
#include "analyzer/commands/reach.h"
#include "analyzer/commands/work_file.h"
#include "analyzer/model/report.h"

namespace lw {

struct AnswerChoice {
  SymbolChoice symbols;
  FindingChoice findings;
  ReachChoice reach;
  WorkChoice work = {};
  size_t names_of_largest = 0;  // name also so many stacks of each process, the largest by each measure
  bool all_names = false;       // name the stacks of every site, not only of what may become a finding
  // Called when the sites have their names and before findings are made of them.
  std::function<void(Report&, const Names&)> before_findings = {};
};

struct Answer {
  Observation observation;
  Report report;
  Names names;
  std::vector<std::string> complaints;  // on input that could not be read: said on stderr already

  int status() const { return complaints.empty() ? kDone : kDamaged; }
};

// Names what may become a finding; findings and warnings are added to the report, which has its sites.
Names judge(const Observation& observation, Report& report, const AnswerChoice& choice);

Answer answer_on(Opened opened, const AnswerChoice& choice);
Answer answer(const std::vector<std::string>& paths, const AnswerChoice& choice);

}  // namespace lw
