// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/tree.h"
#include "analyzer/render/view_title.h"

namespace lw {
namespace {

Json json_of(const StackView& view, const TreeNode& node) {
  Json json = node.place == kNoPlace ? Json{{"function", "all"}} : json_of(view.places[node.place]);
  json["total"] = json_of(node.total);
  json["self"] = json_of(node.self);
  json["children"] = Json::array();
  for (const TreeNode& child : node.children) json["children"].push_back(json_of(view, child));
  json["left_out"] = node.left_out;
  return json;
}

}  // namespace

std::string tree_json(const StackView& view, const TreeNode& root, const Report& report) {
  Json json = json_of_view(view, report);
  json["tree"] = json_of(view, root);
  json["warnings"] = report.warnings;
  return json_text(json);
}

}  // namespace lw
