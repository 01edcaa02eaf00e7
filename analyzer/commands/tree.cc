// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>

#include "analyzer/commands/view_choice.h"
#include "analyzer/render/tree.h"

namespace lw {

int tree_command(const Arguments& arguments) {
  ViewChoice choice("tree");
  bool bottom_up = false;
  unsigned depth = 0, percent = 1;
  Options options("tree", "Who asks for the memory: stacks laid together from main inwards.",
                  "A node that is alone below its parent stands straight under it. Regular expressions are looked for\n"
                  "in functions, source files and object files, as pprof does.");
  choice.add_paths_to(options);
  choice.add_by_to(options);
  options.flag("--bottom-up", bottom_up, "from the function that allocates outwards: on whose behalf");
  options.number("--least", percent, "leave out what is less than N percent (default 1)");
  options.number("--depth", depth, "frames shown of a stack (default: all)");
  choice.add_grain_to(options);
  choice.add_filters_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  StackFilter filter;
  Looked looked;
  if (const auto status = look(choice, filter, looked)) return *status;
  const StackView view = view_of(choice, filter, looked);
  PruneChoice prune{.least_share = percent / 100.0};
  if (depth > 0) prune.most_depth = depth;
  const TreeNode root = pruned_tree(view, bottom_up ? Direction::kBottomUp : Direction::kTopDown, prune);
  return show(choice, looked,
              choice.json ? tree_json(view, root, looked.report)
                          : tree_text(view, root, looked.report, terminal_behind(STDOUT_FILENO)));
}

}  // namespace lw
