// SPDX-License-Identifier: Apache-2.0
// A flame graph as one SVG file that needs nothing beside it: hover, click to zoom, search.
#pragma once

#include <string>

#include "analyzer/model/pruned_tree.h"

namespace lw {

// Widths are shares of the root's value; the redder, the more of a box comes from sites that leak. `inverted`: the root
// stands above, as for a tree from the innermost frames outwards.
std::string flame_svg(const StackView& view, const TreeNode& root, const Report& report, bool inverted);

}  // namespace lw
