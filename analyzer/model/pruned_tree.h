// SPDX-License-Identifier: Apache-2.0
// As much of a call tree as somebody wants to see.
#pragma once

#include <vector>

#include "analyzer/model/call_tree.h"

namespace lw {

struct PruneChoice {
  f64 least_share = 0.01;  // of everything; smaller nodes are left out. Not of lifetimes, which have no sum
  size_t most_children = 20;
  u32 most_depth = 0xffffffff;
};

struct TreeNode {
  u32 place = kNoPlace;
  Estimate total, self;
  f64 share = 0;                   // of everything that the view saw, filtered or not; 0 where shares make no sense
  f64 growing = 0;                 // the share of the node that comes from sites which leak
  std::vector<TreeNode> children;  // largest first
  size_t left_out = 0;             // children too small to be shown
};

// The root stands for all stacks.
TreeNode pruned_tree(const StackView& view, Direction direction, const PruneChoice& choice);

// The share of everything that `value` is: 0 if the measure does not add up, or sums of both signs would make it
// meaningless.
f64 share_of(const StackView& view, const Estimate& value);

}  // namespace lw
