// SPDX-License-Identifier: Apache-2.0
// From paths to a report with names: the road that all verbs share which judge.
#pragma once

#include <string>
#include <vector>

#include "analyzer/commands/name_stacks.h"
#include "analyzer/commands/open_paths.h"
#include "analyzer/commands/reach.h"
#include "analyzer/model/report.h"

namespace lw {

struct AnswerChoice {
  SymbolChoice symbols;
  FindingChoice findings;
  ReachChoice reach;
  bool all_names = false;  // name the stacks of every site, not only of what may become a finding
};

struct Answer {
  Observation observation;
  Report report;
  Names names;
  bool damaged = false;  // some input could not be read; that was said on stderr

  int status() const { return damaged ? kDamaged : kDone; }
};

Answer answer_on(Opened opened, const AnswerChoice& choice);
Answer answer(const std::vector<std::string>& paths, const AnswerChoice& choice);

}  // namespace lw
