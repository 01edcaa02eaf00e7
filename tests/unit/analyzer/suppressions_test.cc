// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/suppressions.h"

#include <catch2/catch.hpp>

#include "analyzer/commands/suppression_files.h"

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
  CHECK(suppressions.matching({{inner, frame}, 0, false})->pattern == "Cache::put");
  CHECK(suppressions.matching({{frame}, 0, false}) == nullptr);
  frame.module = "libold.so";
  CHECK(suppressions.matching({{frame}, 0, false})->pattern == "libold.so");
}

TEST_CASE("a pattern that two files have is one suppression") {
  Suppressions suppressions;
  CHECK(suppressions.parse("leak:a\nleak:b\n").empty());
  CHECK(suppressions.parse("leak:a\n").empty());
  CHECK(suppressions.all().size() == 2);
}

TEST_CASE("the options of LeakSanitizer name a suppressions file in every way it reads them") {
  CHECK(suppressions_of_lsan("suppressions=a.supp") == "a.supp");
  CHECK(suppressions_of_lsan("verbosity=1:suppressions=/x/a.supp:report_objects=1") == "/x/a.supp");
  CHECK(suppressions_of_lsan("max_leaks=3,suppressions=\"/with space/a.supp\" exitcode=7") == "/with space/a.supp");
  CHECK(suppressions_of_lsan("suppressions=a suppressions='b'") == "b");
  CHECK(suppressions_of_lsan("odd suppressions=\"a b\"") == "a b");
  CHECK(suppressions_of_lsan("print_suppressions=0").empty());
  CHECK(suppressions_of_lsan("").empty());
  CHECK(suppressions_of_lsan("suppressions='unfinished") == "unfinished");
}

TEST_CASE("a line that is no suppression is named") {
  Suppressions suppressions;
  CHECK(suppressions.parse("leak:a\nrace:b\n") == "line 2: \"race:b\" is not of the form leak:PATTERN");
  CHECK(suppressions.parse("leak:\n") == "line 1: \"leak:\" is not of the form leak:PATTERN");
}

}  // namespace lw
