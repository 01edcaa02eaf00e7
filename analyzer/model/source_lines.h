// SPDX-License-Identifier: Apache-2.0
// Values by source line: what a listing writes beside the text of a function.
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/stack_view.h"

namespace lw {

struct LineValue {
  u32 line;
  Estimate self;   // of stacks that end on this line
  Estimate total;  // of stacks that lead through it
};

struct ListedFunction {
  std::string function, file;    // file empty if the debug data does not tell
  Estimate self, total;          // a stack counts once
  std::vector<LineValue> lines;  // ascending; line 0: unknown
};

// Of every function whose name matches, the largest first. The view's grain must be kLine.
std::vector<ListedFunction> listed_functions(const StackView& view, const Expression& name);

}  // namespace lw
