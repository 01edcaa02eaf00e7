// SPDX-License-Identifier: Apache-2.0
// One place, who calls it, and whom it calls. A stack in which the place stands several times counts once for the place
// and once for each caller and callee.
#pragma once

#include <vector>

#include "analyzer/model/stack_view.h"

namespace lw {

struct Neighbour {
  u32 place;  // number in StackView::places
  Estimate value;
};

struct Neighbourhood {
  u32 place;
  Estimate total;                           // of all stacks through the place
  Estimate self;                            // of those in which it stands innermost
  std::vector<Neighbour> callers, callees;  // largest first
};

// Of every place whose name or file matches, the largest first.
std::vector<Neighbourhood> neighbourhoods(const StackView& view, const Expression& name);

}  // namespace lw
