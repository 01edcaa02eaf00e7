// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbolize/name_scan.h"

#include <catch2/catch.hpp>

#include <string>

using namespace lw;
using std::string;

TEST_CASE("A bracket finds its partner past brackets inside, operators and arrows") {
  const auto close = [](const string& text, size_t open) { return closing_bracket(text, open); };
  CHECK(close("a<b<c>, (d)>e", 1) == 11);
  CHECK(close("f<&A::operator<>(x)", 1) == 15);
  CHECK(close("f<&A::operator->>(x)", 1) == 16);
  CHECK(close("f<(a)->b>(x)", 1) == 8);
  CHECK(close("f<((1)<(2))>(x)", 1) == 11);
  CHECK(close("f<((1)>(2))>(x)", 1) == 11);
  CHECK(close("f<((1)>>(2))>(x)", 1) == 12);
  CHECK(close("{lambda(int)#1}", 0) == 14);
}

TEST_CASE("A bracket without partner has none") {
  for (const char* text : {"f<", "f<(>", "f<a(>)", "f<)>", "f<{>"}) CHECK(closing_bracket(text, 1) == string::npos);
}

TEST_CASE("The name of an operator is measured, that of another word is not") {
  const auto length = [](const string& text) { return operator_name_length(text, 0); };
  CHECK(length("operator<<(a, b)") == 10);
  CHECK(length("operator<(a, b)") == 9);
  CHECK(length("operator<=>(a)") == 11);
  CHECK(length("operator()(int)") == 10);
  CHECK(length("operator new[](unsigned long)") == 14);
  CHECK(length("operator delete(void*)") == 15);
  CHECK(length("operator newtype()") == 8);  // a conversion
  CHECK(length("operator,(int)") == 9);
  CHECK(length("operators()") == 0);
  CHECK(length("operator_of(int)") == 0);
  CHECK(operator_name_length("my_operator()", 3) == 0);
}

TEST_CASE("Lists are split at their own commas only") {
  using Items = std::vector<std::string_view>;
  CHECK(split_list("") == Items{});
  CHECK(split_list("int") == Items{"int"});
  CHECK(split_list("a<b, c>, d(e, f), {g, h}, operator,") == Items{"a<b, c>", "d(e, f)", "{g, h}", "operator,"});
  CHECK(split_list(" std::pair<int, int> , x") == Items{"std::pair<int, int>", "x"});
}
