// SPDX-License-Identifier: Apache-2.0
// The format of valgrind's massif, as ms_print and massif-visualizer read it: snapshots with totals, and one detailed
// tree, innermost frames first.
#include <fmt/format.h>

#include <cmath>

#include "analyzer/render/export.h"

#include "analyzer/base/file_name.h"

namespace lw {
namespace {

constexpr f64 kThreshold = 0.01;

std::string frame_text(const Place& place) {
  std::string where = place.file.empty() ? place.module.empty() ? "???" : "in " + place.module : file_name(place.file);
  if (place.line != 0) where += fmt::format(":{}", place.line);
  return fmt::format("{} ({})", place.name, where);
}

// Every place has a number of its own where massif has addresses, which leakwatch does not keep across processes.
void add_node(const StackView& view, const TreeNode& node, size_t depth, std::string& text) {
  const size_t entries = node.children.size() + (node.left_out > 0 ? 1 : 0);
  const std::string indent(depth, ' ');
  const auto bytes = [](f64 value) { return std::llround(std::max(0.0, value)); };
  const std::string what = node.place == kNoPlace
                               ? "(heap allocation functions) malloc/new/new[], --alloc-fns, etc."
                               : fmt::format("{:#X}: {}", (node.place + 1) * 16, frame_text(view.places[node.place]));
  text += fmt::format("{}n{}: {} {}\n", indent, entries, bytes(node.total.value), what);
  f64 rest = node.total.value;
  for (const TreeNode& child : node.children) {
    add_node(view, child, depth + 1, text);
    rest -= child.total.value;
  }
  if (node.left_out > 0) {
    text += fmt::format("{} n0: {} in {} places, all below massif's threshold (1.00%)\n", indent, bytes(rest),
                        node.left_out);
  }
}

std::vector<Level> levels_of_all(const StackView& view, const Process& process) {
  Subject all{&process, &process.live, {}};
  for (const ViewStack& stack : view.stacks) {
    all.series.insert(all.series.end(), stack.site->series.begin(), stack.site->series.end());
  }
  return levels_of(all);
}

}  // namespace

std::string massif_export(const ExportContent& content) {
  const Process& process = *content.report.processes.front().process;
  std::string command;
  for (const std::string& word : process.command) command += (command.empty() ? "" : " ") + word;
  std::string text = fmt::format("desc: leakwatch {}\ncmd: {}\ntime_unit: ms\n", LW_VERSION, command);
  const std::vector<Level> levels = levels_of_all(content.view, process);
  for (size_t i = 0; i < levels.size(); ++i) {
    const bool last = i + 1 == levels.size();
    text += fmt::format(
        "#-----------\nsnapshot={}\n#-----------\ntime={}\nmem_heap_B={}\nmem_heap_extra_B=0\nmem_stacks_B=0\n"
        "heap_tree={}\n",
        i, std::llround(levels[i].at_s * 1000), std::llround(std::max(0.0, levels[i].bytes)),
        last ? "detailed" : "empty");
    if (!last) continue;
    PruneChoice prune;
    prune.least_share = kThreshold;
    add_node(content.view, pruned_tree(content.view, Direction::kBottomUp, prune), 0, text);
  }
  return text;
}

}  // namespace lw
