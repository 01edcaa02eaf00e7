// SPDX-License-Identifier: Apache-2.0
// Stacks laid together by their common beginnings: from the outermost frame inwards (top-down: who asks for memory), or
// from the innermost outwards (bottom-up: who is answerable, on whose behalf). Nodes are worked out when they are asked
// for, so that a view of ten lines does not pay for a million.
#pragma once

#include <vector>

#include "analyzer/model/stack_view.h"

namespace lw {

enum class Direction : u8 { kTopDown, kBottomUp };

inline constexpr u32 kNoPlace = 0xffffffff;

class CallTree {
 public:
  // Stacks of a node lie side by side in an order that children() refines.
  struct Node {
    u32 place = kNoPlace;     // number in StackView::places; the root has none
    u32 depth = 0;            // frames up to and including this one
    u32 first = 0, last = 0;  // its stacks
    Estimate total;           // of all of them
    Estimate self;            // of those that end here
  };

  // The view must outlive the tree.
  CallTree(const StackView& view, Direction direction);

  Node root();
  // Largest first; none if every stack ends here.
  std::vector<Node> children(const Node& node);
  // Numbers of a node's stacks in the view.
  std::span<const u32> stacks(const Node& node) const {
    return std::span(order_).subspan(node.first, node.last - node.first);
  }

 private:
  u32 place_at(u32 stack, u32 depth) const;
  Node node_of(u32 place, u32 depth, u32 first, u32 last);

  const StackView& view_;
  Direction direction_;
  std::vector<u32> order_;
};

}  // namespace lw
