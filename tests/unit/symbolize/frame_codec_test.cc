// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbolize/frame_codec.h"

#include <catch2/catch.hpp>

#include <random>

using namespace lw;

namespace {

FramesByOffset example() {
  return {{0x1234, {{"_ZN5Cache3putEi", true, "cache.cc", 42, true}, {"serve", true, "server.cc", 4000000000u, false}}},
          {0xffffffffffffffff, {{"app::hidden", false, "cache.cc", 0, false}}},
          {0, {RawFrame{}}}};
}

}  // namespace

TEST_CASE("What is encoded is decoded") {
  FramesByOffset decoded;
  REQUIRE(decode_frames(encode_frames(example()), decoded));
  CHECK(decoded == example());
}

TEST_CASE("Cut payloads are refused, and leave nothing behind") {
  const std::string whole = encode_frames(example());
  for (size_t length = 0; length < whole.size(); ++length) {
    FramesByOffset decoded;
    CHECK_FALSE(decode_frames(whole.substr(0, length), decoded));
    CHECK(decoded.empty());
  }
}

TEST_CASE("No damage makes decoding fail but by saying so") {
  const std::string whole = encode_frames(example());
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string damaged = whole;
    for (auto left = 1 + random() % 3; left > 0; --left)
      damaged[random() % damaged.size()] = static_cast<char>(random());
    FramesByOffset decoded;
    if (!decode_frames(damaged, decoded)) CHECK(decoded.empty());
  }
}
