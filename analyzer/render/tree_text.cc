// SPDX-License-Identifier: Apache-2.0
// A node that is alone below its parent stands straight under it; only where ways part does the tree go to the right.
// So a stack of a hundred frames fits into eighty columns.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/tree.h"
#include "analyzer/render/values.h"
#include "analyzer/render/view_title.h"

namespace lw {
namespace {

class Drawer {
 public:
  Drawer(const StackView& view, const Terminal& terminal) : view_(view), terminal_(terminal) {}

  void draw_below(const TreeNode& node, const std::string& branch) {
    const size_t lines = node.children.size() + (node.left_out > 0 ? 1 : 0);
    for (size_t i = 0; i < node.children.size(); ++i) {
      const TreeNode& child = node.children[i];
      const bool parts = lines > 1, last = i + 1 == lines;
      rows_.push_back({estimate_text(view_.measure->unit, child.total), child.share > 0 ? share_text(child.share) : "",
                       branch + (!parts ? ""
                                 : last ? "└─ "
                                        : "├─ "),
                       child.place, 0});
      draw_below(child, branch + (!parts ? "" : last ? "   " : "│  "));
    }
    if (node.left_out > 0) rows_.push_back({"", "", branch + (lines > 1 ? "└─ " : ""), kNoPlace, node.left_out});
  }

  std::string text() const {
    size_t value_width = 0, share_width = 0;
    for (const Row& row : rows_) {
      value_width = std::max(value_width, shown_width(row.value));
      share_width = std::max(share_width, shown_width(row.share));
    }
    std::string text;
    for (const Row& row : rows_) {
      std::string line(2 + value_width - shown_width(row.value), ' ');
      line += row.value;
      if (share_width > 0) line += std::string(2 + share_width - shown_width(row.share), ' ') + row.share;
      text += line + "  " + row.branch + what(row, shown_width(line) + 2 + shown_width(row.branch)) + '\n';
    }
    return text;
  }

 private:
  struct Row {
    std::string value, share, branch;
    u32 place;
    size_t left_out;
  };

  std::string what(const Row& row, size_t used) const {
    constexpr size_t kLeastWidth = 12;
    if (row.place == kNoPlace) return terminal_.ink(Ink::kDim, fmt::format("… {} smaller", row.left_out));
    return place_line(view_.places[row.place],
                      std::max(kLeastWidth, terminal_.width - std::min(terminal_.width, used)));
  }

  const StackView& view_;
  const Terminal& terminal_;
  std::vector<Row> rows_;
};

}  // namespace

std::string tree_text(const StackView& view, const TreeNode& root, const Report& report, const Terminal& terminal) {
  Drawer drawer(view, terminal);
  drawer.draw_below(root, "");
  return shown_on(terminal, view_title(view, report, terminal) + drawer.text());
}

}  // namespace lw
