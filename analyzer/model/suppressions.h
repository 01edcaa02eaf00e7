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

class Suppressions {
 public:
  // Returns a sentence on the first line that could not be understood ("line 3: …"), empty if all were.
  std::string parse(std::string_view text);
  bool matches(const NamedStack& stack) const;
  bool empty() const { return patterns_.empty(); }

 private:
  std::vector<std::string> patterns_;
};

// Does `text` contain the pattern as described above?
bool suppression_matches(std::string_view pattern, std::string_view text);

}  // namespace lw
