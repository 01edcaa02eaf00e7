// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/pruned_tree.h"

#include <algorithm>
#include <cmath>

namespace lw {
namespace {

class Pruner {
 public:
  Pruner(const StackView& view, Direction direction, const PruneChoice& choice)
      : view_(view), tree_(view, direction), choice_(choice) {
    if (!view.measure->adds_up) return;
    for (const ViewStack& stack : view.stacks) least_ += std::fabs(stack.amount.value);
    least_ *= choice.least_share;
  }

  TreeNode all() { return pruned(tree_.root()); }

 private:
  TreeNode pruned(const CallTree::Node& from) {
    TreeNode node;
    node.place = from.place;
    node.total = from.total;
    node.self = from.self;
    node.share = share_of(view_, from.total);
    node.growing = growing_share(from);
    if (from.depth >= choice_.most_depth) return node;
    const std::vector<CallTree::Node> children = tree_.children(from);
    for (const CallTree::Node& child : children) {
      if (node.children.size() >= choice_.most_children || std::fabs(child.total.value) < least_) {
        ++node.left_out;
      } else {
        node.children.push_back(pruned(child));
      }
    }
    return node;
  }

  f64 growing_share(const CallTree::Node& node) const {
    f64 growing = 0, all = 0;
    for (const u32 number : tree_.stacks(node)) {
      const ViewStack& stack = view_.stacks[number];
      const f64 size = std::fabs(stack.amount.value);
      all += size;
      if (words_of(stack.site->verdict).leak) growing += size;
    }
    return all > 0 ? growing / all : 0;
  }

  const StackView& view_;
  CallTree tree_;
  PruneChoice choice_;
  f64 least_ = 0;
};

}  // namespace

TreeNode pruned_tree(const StackView& view, Direction direction, const PruneChoice& choice) {
  return Pruner(view, direction, choice).all();
}

f64 share_of(const StackView& view, const Estimate& value) {
  if (!view.measure->adds_up || view.measure->may_be_below || view.all.value <= 0) return 0;
  return value.value / view.all.value;
}

}  // namespace lw
