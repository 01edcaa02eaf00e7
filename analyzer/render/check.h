// SPDX-License-Identifier: Apache-2.0
// The outcome of a check: a few lines for each violation, JSON, or JUnit's XML.
#pragma once

#include <string>
#include <vector>

#include "analyzer/base/terminal.h"
#include "analyzer/model/limits.h"

namespace lw {

struct Checked {
  const Report* report;
  std::vector<Violation> violations;
  std::vector<const ProcessReport*> too_much_alive;
  f64 most_live_bytes = 0;  // the limit that these exceed
  std::vector<Suppression> suppressions;
  std::vector<std::string> unreadable;  // a sentence per file
  std::vector<std::string> notes;       // warnings of the report, and what a clean check does not mean

  bool failed() const { return !violations.empty() || !too_much_alive.empty(); }
};

std::string check_text(const Checked& checked, const Names& names, const Terminal& terminal);
std::string check_json(const Checked& checked, const Names& names);

// As Ant and Jenkins read it: a test case per finding (failed), per process that holds too much (failed), per program
// without either (passed), per suppression that was used (skipped), and an error if a file could not be read. Names of
// cases have no figures and no line numbers in them, so that their history can be followed; those of one function are
// numbered in the order of its lines.
std::string check_junit(const Checked& checked, const Names& names);

// "growing: Cache::put(Request const&) at cache.cc:42, 3.1 MiB/min, 99.8 % sure"
std::string violation_text(const Violation& violation, const Names& names);

// "./server --port 80"
std::string command_text(const Process& process);

}  // namespace lw
