// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/suppressions.h"

#include <catch2/catch.hpp>

namespace lw {

TEST_CASE("a pattern matches anywhere unless it is anchored") {
  CHECK(suppression_matches("put", "Cache::put(int)"));
  CHECK_FALSE(suppression_matches("puts", "Cache::put(int)"));
  CHECK(suppression_matches("^Cache", "Cache::put(int)"));
  CHECK_FALSE(suppression_matches("^put", "Cache::put(int)"));
  CHECK(suppression_matches("int)$", "Cache::put(int)"));
  CHECK_FALSE(suppression_matches("put$", "Cache::put(int)"));
  CHECK(suppression_matches("^Cache::put(int)$", "Cache::put(int)"));
  CHECK_FALSE(suppression_matches("^Cache::put(int$", "Cache::put(int)"));
  CHECK(suppression_matches("*", ""));
}

TEST_CASE("a star stands for anything, also for nothing") {
  CHECK(suppression_matches("Cache::*(int)", "Cache::put(int)"));
  CHECK(suppression_matches("Cache::put*(int)", "Cache::put(int)"));
  CHECK(suppression_matches("^lib*.so$", "libfoo.so"));
  CHECK_FALSE(suppression_matches("^lib*.so$", "libfoo.so.1"));
  CHECK(suppression_matches("a*b*c", "xxaYbYcxx"));
  CHECK_FALSE(suppression_matches("a*b*c", "xxaYcYbxx"));
  CHECK_FALSE(suppression_matches("ab*ba$", "aba"));  // pieces do not overlap
}

TEST_CASE("a file has comments, empty lines and patterns") {
  Suppressions suppressions;
  CHECK(suppressions.parse("# known\n\n  leak:libold.so  \r\nleak:Cache::put\n").empty());
  NamedFrame frame;
  frame.function = "main";
  NamedFrame inner;
  inner.function = "Cache::put(Request const&)";
  CHECK(suppressions.matches({{inner, frame}, 0, false}));
  CHECK_FALSE(suppressions.matches({{frame}, 0, false}));
  frame.module = "libold.so";
  CHECK(suppressions.matches({{frame}, 0, false}));
}

TEST_CASE("a line that is no suppression is named") {
  Suppressions suppressions;
  CHECK(suppressions.parse("leak:a\nrace:b\n") == "line 2: \"race:b\" is not of the form leak:PATTERN");
  CHECK(suppressions.parse("leak:\n") == "line 1: \"leak:\" is not of the form leak:PATTERN");
}

}  // namespace lw
