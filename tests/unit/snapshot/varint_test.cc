// SPDX-License-Identifier: Apache-2.0
#include "snapshot/varint.h"

#include <catch2/catch.hpp>
#include <vector>

namespace lw {
namespace {

std::vector<u8> written(u64 value) {
  u8 bytes[kVarintBytes];
  return {bytes, put_varint(bytes, value)};
}

// The value in all of `bytes`, or the refusal.
bool reads(const std::vector<u8>& bytes, u64* value) {
  return get_varint(bytes.data(), bytes.data() + bytes.size(), value) == bytes.data() + bytes.size();
}

}  // namespace

TEST_CASE("a varint is as long as its highest bit asks for") {
  CHECK(written(0) == std::vector<u8>{0});
  CHECK(written(127) == std::vector<u8>{0x7f});
  CHECK(written(128) == std::vector<u8>{0x80, 0x01});
  CHECK(written(300) == std::vector<u8>{0xac, 0x02});
  CHECK(written(~u64{0}) == std::vector<u8>{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01});
}

TEST_CASE("every varint comes back, and no beginning of it does") {
  for (u32 bit = 0; bit < 64; ++bit) {
    for (const u64 value : {u64{1} << bit, (u64{1} << bit) - 1, ~u64{0} >> bit}) {
      std::vector<u8> bytes = written(value);
      u64 back = 0;
      REQUIRE(reads(bytes, &back));
      CHECK(back == value);
      bytes.pop_back();
      CHECK(get_varint(bytes.data(), bytes.data() + bytes.size(), &back) == nullptr);
    }
  }
}

TEST_CASE("a varint of more than 64 bits is refused") {
  u64 value;
  CHECK_FALSE(reads({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}, &value));
  CHECK_FALSE(reads({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, &value));
}

TEST_CASE("a varint longer than it needs to be is read all the same") {
  u64 value = 0;
  REQUIRE(reads({0x85, 0x80, 0x00}, &value));
  CHECK(value == 5);
}

TEST_CASE("zigzag keeps small differences of either sign small, and wraps around") {
  CHECK(zigzag(0) == 0);
  CHECK(zigzag(u64{0} - 1) == 1);
  CHECK(zigzag(1) == 2);
  CHECK(zigzag(u64{1} << 63) == ~u64{0});
  for (const u64 a : {u64{0}, u64{5}, u64{1} << 63, ~u64{0}}) {
    for (const u64 b : {u64{0}, u64{7}, (u64{1} << 63) - 1, ~u64{0}}) {
      CHECK(a + unzigzag(zigzag(b - a)) == b);
    }
  }
}

}  // namespace lw
