// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/stack_view.h"

#include <catch2/catch.hpp>

#include "tests/unit/analyzer/view_fixture.h"

namespace lw {
namespace {

using test::ViewFixture;

ViewFixture server() {
  ViewFixture fixture;
  fixture.site("main serve put _malloc", 100).site("main serve get", 20).site("main load", 3);
  return fixture;
}

std::vector<std::string> stacks_with(const StackFilter& filter) {
  ViewFixture fixture = server();
  const StackView& view = fixture.view(filter);
  std::vector<std::string> texts;
  for (const ViewStack& stack : view.stacks) texts.push_back(fixture.text(stack));
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a view without a filter has every stack, without the wrappers at its end") {
  CHECK(stacks_with({}) == Texts{"main serve put", "main serve get", "main load"});
}

TEST_CASE("wrappers are shown when asked for") {
  StackFilter filter;
  filter.with_wrappers = true;
  CHECK(stacks_with(filter).front() == "main serve put _malloc");
}

TEST_CASE("a stack of nothing but wrappers keeps them") {
  ViewFixture fixture;
  fixture.site("_start _malloc", 1);
  CHECK(fixture.text(fixture.view().stacks.front()) == "_start _malloc");
}

TEST_CASE("focus keeps stacks with a match, ignore drops them, and ignore wins") {
  StackFilter focus, ignore, both;
  focus.focus = Expression("^serve$");
  CHECK(stacks_with(focus) == Texts{"main serve put", "main serve get"});
  ignore.ignore = Expression("^serve$");
  CHECK(stacks_with(ignore) == Texts{"main load"});
  both.focus = Expression("main");
  both.ignore = Expression("put");
  CHECK(stacks_with(both) == Texts{"main serve get", "main load"});
}

TEST_CASE("expressions are looked for in source files and object files too") {
  StackFilter file, object;
  file.focus = Expression("load\\.cc");
  CHECK(stacks_with(file) == Texts{"main load"});
  object.ignore = Expression("/bin/server");
  CHECK(stacks_with(object).empty());
}

TEST_CASE("hide takes frames out, show all others, and empty stacks are dropped") {
  StackFilter hide, show;
  hide.hide = Expression("^(serve|load)");
  CHECK(stacks_with(hide) == Texts{"main put", "main get", "main"});
  show.show = Expression("put|get");
  CHECK(stacks_with(show) == Texts{"put", "get"});
}

TEST_CASE("of an inlined chain single lines are hidden") {
  ViewFixture fixture;
  fixture.site("main serve+insert", 1);
  CHECK(fixture.text(fixture.view().stacks.front()) == "main serve insert");
  StackFilter filter;
  filter.hide = Expression("insert");
  CHECK(fixture.text(fixture.view(filter).stacks.front()) == "main serve");
}

TEST_CASE("module keeps what leads through such an object") {
  StackFilter filter;
  filter.module = Expression("libz");
  CHECK(stacks_with(filter).empty());
  filter.module = Expression("server$");
  CHECK(stacks_with(filter).size() == 3);
}

TEST_CASE("a view knows how much there is in all, whatever it shows") {
  ViewFixture fixture = server();
  StackFilter filter;
  filter.focus = Expression("load");
  const StackView& view = fixture.view(filter);
  CHECK(view.all.value == 123);
  CHECK(view.stacks.size() == 1);
  CHECK(view.left_out == 2);
}

TEST_CASE("lines of one function are one place, or several if lines are asked for") {
  ViewFixture fixture;
  fixture.site("main put:7", 1).site("main put:9", 2);
  CHECK(fixture.view().places.size() == 2);
  StackFilter filter;
  filter.grain = Grain::kLine;
  CHECK(fixture.view(filter).places.size() == 3);
  filter.grain = Grain::kModule;
  CHECK(fixture.view(filter).places.size() == 1);
}

TEST_CASE("an expression that is none is refused with a reason") {
  CHECK_THROWS_WITH(Expression("("), Catch::Matchers::Contains("nmatched"));
  CHECK_FALSE(Expression("").given());
}

}  // namespace lw
