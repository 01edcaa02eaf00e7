// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/out_file.h"
#include "analyzer/commands/view_choice.h"
#include "analyzer/render/flame.h"

namespace lw {
namespace {

// Half a pixel of a picture that is 1,200 wide.
constexpr f64 kLeastShare = 0.0004;

}  // namespace

int flame_command(const Arguments& arguments) {
  ViewChoice choice("flame");
  std::string out;
  bool inverted = false;
  Options options("flame", "A flame graph: all stacks in one picture (SVG), to be opened in a browser.",
                  "Click a box to zoom, press / to search, Esc to see the whole again. Width is the measure; the\n"
                  "redder a box, the more of it comes from sites that leak.");
  choice.add_paths_to(options);
  options.text("-o,--output", out, "FILE", "write to FILE (default: stdout)");
  options.flag("--inverted", inverted, "from the function that allocates outwards");
  choice.add_by_to(options);
  choice.add_grain_to(options);
  choice.add_filters_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  if (!choice.measure().adds_up) {
    complain("flame: lifetimes do not add up, so no box is wider for them; choose another --by");
    return kWrongUsage;
  }
  StackFilter filter;
  Looked looked;
  if (const auto status = look(choice, filter, looked)) return *status;
  const StackView view = view_of(choice, filter, looked);
  PruneChoice prune;
  prune.least_share = kLeastShare;
  prune.most_children = 1000;
  const TreeNode root = pruned_tree(view, inverted ? Direction::kBottomUp : Direction::kTopDown, prune);
  if (root.total.value <= 0) {
    complain(fmt::format("flame: there is nothing to draw by {}", choice.measure().meaning));
    return looked.status();
  }
  write_out(out, flame_svg(view, root, looked.report, inverted));
  return looked.status();
}

}  // namespace lw
