// SPDX-License-Identifier: Apache-2.0
// Findings that somebody has looked at and accepted, in LeakSanitizer's syntax:
//
//   # a comment
//   leak:pattern     matches if any frame's function, linkage name, file or module contains the pattern;
//                    * stands for anything, ^ for the beginning, $ for the end
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/names.h"

namespace lw {

struct Suppression {
  std::string pattern;
  u64 sites = 0;              // that it has matched
  f64 blocks = 0, bytes = 0;  // alive there
};

class Suppressions {
 public:
  // Returns a sentence on the first line that could not be understood ("line 3: …"), empty if all were. A pattern that
  // is there already is not taken twice.
  std::string parse(std::string_view text);
  // The first pattern that matches any frame of the stack, or none.
  Suppression* matching(const NamedStack& stack);
  const std::vector<Suppression>& all() const { return patterns_; }

 private:
  std::vector<Suppression> patterns_;
};

// Does `text` contain the pattern as described above?
bool suppression_matches(std::string_view pattern, std::string_view text);

}  // namespace lw
