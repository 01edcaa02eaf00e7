// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/call_tree.h"

#include <algorithm>
#include <numeric>

namespace lw {

CallTree::CallTree(const StackView& view, Direction direction)
    : view_(view), direction_(direction), order_(view.stacks.size()) {
  std::iota(order_.begin(), order_.end(), 0u);
}

// The stack's place at a depth, which counts from the end where the tree has its root; kNoPlace beyond its other end.
u32 CallTree::place_at(u32 stack, u32 depth) const {
  const std::span<const u32> frames = view_.frames_of(view_.stacks[stack]);
  if (depth >= frames.size()) return kNoPlace;
  return direction_ == Direction::kTopDown ? frames[frames.size() - 1 - depth] : frames[depth];
}

CallTree::Node CallTree::node_of(u32 place, u32 depth, u32 first, u32 last) {
  const auto ends_here = [&](u32 stack) { return place_at(stack, depth) == kNoPlace; };
  const auto begin = order_.begin() + first;
  const auto middle = std::stable_partition(begin, order_.begin() + last, ends_here);
  Node node{place, depth, first, last, {}, {}};
  node.total = view_.estimate(stacks(node));
  if (middle != begin)
    node.self = view_.estimate(std::span(order_).subspan(first, static_cast<size_t>(middle - begin)));
  return node;
}

CallTree::Node CallTree::root() { return node_of(kNoPlace, 0, 0, static_cast<u32>(order_.size())); }

std::vector<CallTree::Node> CallTree::children(const Node& node) {
  const auto place_here = [&](u32 stack) { return place_at(stack, node.depth); };
  std::stable_sort(order_.begin() + node.first, order_.begin() + node.last,
                   [&](u32 a, u32 b) { return place_here(a) < place_here(b); });
  std::vector<Node> nodes;
  for (u32 first = node.first; first < node.last;) {
    const u32 place = place_here(order_[first]);
    u32 last = first;
    while (last < node.last && place_here(order_[last]) == place) ++last;
    if (place != kNoPlace) nodes.push_back(node_of(place, node.depth + 1, first, last));
    first = last;
  }
  std::stable_sort(nodes.begin(), nodes.end(),
                   [](const Node& a, const Node& b) { return a.total.value > b.total.value; });
  return nodes;
}

}  // namespace lw
