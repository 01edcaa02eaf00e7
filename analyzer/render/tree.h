// SPDX-License-Identifier: Apache-2.0
// A call tree, drawn with lines or as JSON.
#pragma once

#include <string>

#include "analyzer/base/terminal.h"
#include "analyzer/model/pruned_tree.h"

namespace lw {

std::string tree_text(const StackView& view, const TreeNode& root, const Report& report, const Terminal& terminal);
std::string tree_json(const StackView& view, const TreeNode& root, const Report& report);

}  // namespace lw
