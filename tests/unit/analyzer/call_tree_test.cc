// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/call_tree.h"

#include <catch2/catch.hpp>

#include "analyzer/model/neighbours.h"
#include "analyzer/model/pruned_tree.h"
#include "analyzer/model/source_lines.h"
#include "tests/unit/analyzer/view_fixture.h"

namespace lw {
namespace {

using test::ViewFixture;

ViewFixture server() {
  ViewFixture fixture;
  fixture.site("main serve put", 100).site("main serve get", 20).site("main serve", 4).site("main load", 3);
  return fixture;
}

// "main 127 (serve 124 (put 100) (get 20)) (load 3)"
std::string text(const StackView& view, const TreeNode& node) {
  std::string words = node.place == kNoPlace ? "all" : view.places[node.place].name;
  words += " " + std::to_string(static_cast<int>(node.total.value));
  for (const TreeNode& child : node.children) words += " (" + text(view, child) + ")";
  return words;
}

}  // namespace

TEST_CASE("top-down, a node's value is the sum of what its stacks hold") {
  ViewFixture fixture = server();
  const StackView& view = fixture.view();
  CHECK(text(view, pruned_tree(view, Direction::kTopDown, {})) ==
        "all 127 (main 127 (serve 124 (put 100) (get 20)) (load 3))");
}

TEST_CASE("bottom-up, the tree begins at what allocates") {
  ViewFixture fixture = server();
  const StackView& view = fixture.view();
  CHECK(text(view, pruned_tree(view, Direction::kBottomUp, {})) ==
        "all 127 (put 100 (serve 100 (main 100))) (get 20 (serve 20 (main 20))) (serve 4 (main 4)) (load 3 (main 3))");
}

TEST_CASE("self is what ends at a node, total also what goes on") {
  ViewFixture fixture = server();
  CallTree tree(fixture.view(), Direction::kTopDown);
  const CallTree::Node main = tree.children(tree.root()).front();
  const CallTree::Node serve = tree.children(main).front();
  CHECK(serve.total.value == 124);
  CHECK(serve.self.value == 4);
  CHECK(main.self.value == 0);
}

TEST_CASE("children can be asked for in any order, and again") {
  ViewFixture fixture = server();
  CallTree tree(fixture.view(), Direction::kTopDown);
  const CallTree::Node main = tree.children(tree.root()).front();
  const std::vector<CallTree::Node> first = tree.children(main);
  tree.children(first[0]);
  tree.root();
  const std::vector<CallTree::Node> again = tree.children(main);
  REQUIRE(again.size() == first.size());
  for (size_t i = 0; i < first.size(); ++i) CHECK(again[i].total.value == first[i].total.value);
}

TEST_CASE("nodes of too small a share are counted, not shown") {
  ViewFixture fixture = server();
  PruneChoice choice;
  choice.least_share = 0.1;
  const StackView& view = fixture.view();
  const TreeNode root = pruned_tree(view, Direction::kTopDown, choice);
  CHECK(root.children.front().left_out == 1);
  CHECK(text(view, root) == "all 127 (main 127 (serve 124 (put 100) (get 20)))");
}

TEST_CASE("recursion nests in a tree, and counts once for the function") {
  ViewFixture fixture;
  fixture.site("main walk walk walk", 8).site("main walk", 1);
  const StackView& view = fixture.view();
  CHECK(text(view, pruned_tree(view, Direction::kTopDown, {})) == "all 9 (main 9 (walk 9 (walk 8 (walk 8))))");
  const std::vector<Neighbourhood> found = neighbourhoods(view, Expression("walk"));
  REQUIRE(found.size() == 1);
  CHECK(found[0].total.value == 9);
  CHECK(found[0].self.value == 9);
}

TEST_CASE("a function stands between its callers and its callees") {
  ViewFixture fixture = server();
  fixture.site("main retry serve put", 50);
  const StackView& view = fixture.view();
  const std::vector<Neighbourhood> found = neighbourhoods(view, Expression("^serve$"));
  REQUIRE(found.size() == 1);
  CHECK(found[0].total.value == 174);
  REQUIRE(found[0].callers.size() == 2);
  CHECK(view.places[found[0].callers[0].place].name == "main");
  CHECK(found[0].callers[0].value.value == 124);
  REQUIRE(found[0].callees.size() == 2);
  CHECK(view.places[found[0].callees[0].place].name == "put");
  CHECK(found[0].callees[0].value.value == 150);
}

TEST_CASE("each line of a function has its own value") {
  ViewFixture fixture;
  fixture.site("main put:7", 10).site("main put:9 grow:2", 5).site("main put:9", 1);
  StackFilter filter;
  filter.grain = Grain::kLine;
  const std::vector<ListedFunction> listed = listed_functions(fixture.view(filter), Expression("^put$"));
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].total.value == 16);
  CHECK(listed[0].self.value == 11);
  REQUIRE(listed[0].lines.size() == 2);
  CHECK(listed[0].lines[0].line == 7);
  CHECK(listed[0].lines[1].total.value == 6);
  CHECK(listed[0].lines[1].self.value == 1);
}

TEST_CASE("errors of a node are those of its samples together") {
  ViewFixture fixture(1000);
  for (int i = 0; i < 30; ++i) fixture.site("main site" + std::to_string(i), 100);
  const TreeNode root = pruned_tree(fixture.view(), Direction::kTopDown, {});
  const f64 p = 1 - std::exp(-0.1), variance = 30 * 100.0 * 100.0 * (1 - p) / (p * p);
  CHECK(root.total.value == Approx(30 * 100 / p));
  CHECK(root.total.high - root.total.value == Approx(1.96 * std::sqrt(variance)).epsilon(1e-3));
}

}  // namespace lw
