// SPDX-License-Identifier: Apache-2.0
// Text in fixed room.
#include "interposer/platform/text.h"

#include <catch2/catch.hpp>
#include <string>

namespace lw {
namespace {

bool glob(const char* text, const std::string& pattern) { return matches_glob(text, pattern.c_str(), pattern.size()); }

}  // namespace

TEST_CASE("Text that fits is whole, text that does not is cut and says so", "[state]") {
  Text<8> text;
  CHECK(std::string(text.c_str()).empty());
  text << "abc" << 1234;
  CHECK(std::string(text.c_str()) == "abc1234");
  CHECK_FALSE(text.cut());
  text << "x";
  CHECK(std::string(text.c_str()) == "abc1234");
  CHECK(text.length() == 7);
  CHECK(text.cut());
  text.clear();
  text.put("12345", 3);
  CHECK(std::string(text.c_str()) == "123");
  CHECK_FALSE(text.cut());
}

TEST_CASE("Numbers are written in full", "[state]") {
  Text<64> text;
  text << u64{0} << "," << ~u64{0};
  CHECK(std::string(text.c_str()) == "0,18446744073709551615");
}

TEST_CASE("Fixed fields end in NUL, cut or not", "[state]") {
  char field[4] = {'x', 'x', 'x', 'x'};
  copy_text(field, "ab");
  CHECK(std::string(field) == "ab");
  copy_text(field, "abcdef");
  CHECK(std::string(field) == "abc");
}

TEST_CASE("Globs match as in a shell", "[state]") {
  CHECK(glob("", ""));
  CHECK(glob("", "*"));
  CHECK_FALSE(glob("", "?"));
  CHECK(glob("redis-server", "redis*"));
  CHECK(glob("redis-server", "*server"));
  CHECK(glob("redis-server", "*-*"));
  CHECK(glob("redis-server", "r?dis-*r"));
  CHECK_FALSE(glob("redis-server", "redis"));
  CHECK_FALSE(glob("redis-server", "*redis"));
  CHECK(glob("aaab", "*ab"));
  CHECK(glob("abcabd", "*abd"));
  CHECK(glob("mississippi", "m*iss*ip*i"));
  CHECK_FALSE(glob("mississippi", "m*iss*ix*i"));
  CHECK(glob("x", "**"));
  CHECK(matches_glob("abc", "abc,def", 3));
  CHECK_FALSE(matches_glob("abcd", "abc,def", 3));
}

TEST_CASE("Comparisons stop at the end of the shorter text", "[state]") {
  CHECK(same_text("abc", "abc"));
  CHECK_FALSE(same_text("abc", "abcd"));
  CHECK_FALSE(same_text("abcd", "abc"));
  CHECK(starts_with("abcd", "abc"));
  CHECK_FALSE(starts_with("ab", "abc"));
  CHECK(starts_with("ab", ""));
  CHECK(text_length("abc") == 3);
}

}  // namespace lw
