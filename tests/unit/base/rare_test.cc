// SPDX-License-Identifier: Apache-2.0
#include "analyzer/base/rare.h"

#include <catch2/catch.hpp>
#include <string>

namespace lw {

struct Label {
  std::string text;
  int number = 7;
};

TEST_CASE("what is not there takes the room of a pointer and reads as one that nobody has filled in") {
  const Rare<Label> none, of_nothing(std::optional<Label>{});
  CHECK_FALSE(none);
  CHECK_FALSE(of_nothing);
  CHECK(none->number == 7);
  CHECK((*none).text.empty());
  CHECK(sizeof none == sizeof(void*));
}

TEST_CASE("what is written to is there, and a copy of it is another") {
  Rare<Label> label;
  label.edit().text = "a";
  REQUIRE(label);
  Rare<Label> copy = label;
  copy.edit().text = "b";
  CHECK(label->text == "a");
  label = copy;
  CHECK(label->text == "b");
  CHECK(label->number == 7);
  label = {};
  CHECK_FALSE(label);
  CHECK(copy);
}

}  // namespace lw
