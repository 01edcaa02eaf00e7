// SPDX-License-Identifier: Apache-2.0
#include "analyzer/http/listen_address.h"

#include <unistd.h>

#include <catch2/catch.hpp>

namespace lw {
namespace {

std::string understood(std::string_view text) {
  const auto address = parse_listen_address(text);
  return address ? address->text() : "nothing";
}

bool is_loopback(std::string_view text) { return parse_listen_address(text)->loopback(); }

}  // namespace

TEST_CASE("addresses are understood as people write them") {
  CHECK(understood("127.0.0.1:6060") == "127.0.0.1:6060");
  CHECK(understood("0.0.0.0:80") == "0.0.0.0:80");
  CHECK(understood("[::1]:0") == "[::1]:0");
  CHECK(understood("localhost:6060") == "127.0.0.1:6060");
  CHECK(understood("6060") == "127.0.0.1:6060");
}

TEST_CASE("what is no address is none") {
  for (const char* text : {"", ":", ":6060", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "[::1",
                           "::1:80", "example.com:80", "127.0.0.1:80:80", "[::1]80", "-1"}) {
    CAPTURE(text);
    CHECK(understood(text) == "nothing");
  }
}

TEST_CASE("only this machine reaches a loopback address") {
  CHECK(is_loopback("127.0.0.1:1"));
  CHECK(is_loopback("127.9.9.9:1"));
  CHECK(is_loopback("[::1]:1"));
  CHECK_FALSE(is_loopback("0.0.0.0:1"));
  CHECK_FALSE(is_loopback("10.0.0.1:1"));
  CHECK_FALSE(is_loopback("[::]:1"));
}

TEST_CASE("a Host header names this machine or it does not") {
  for (const char* host :
       {"localhost", "LocalHost:6060", "127.0.0.1", "127.0.0.1:1", "127.1.1.1", "[::1]", "[::1]:6060"}) {
    CAPTURE(host);
    CHECK(names_loopback(host));
  }
  for (const char* host : {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1",
                           "[::2]:1", "localhost:x", "[::1", "127.0.0.1:1:1", "2130706433", "0x7f.1"}) {
    CAPTURE(host);
    CHECK_FALSE(names_loopback(host));
  }
}

TEST_CASE("a taken port is told, a free one is found") {
  const Listening first = listen_on(*parse_listen_address("127.0.0.1:0"));
  REQUIRE(first.socket >= 0);
  CHECK(first.address.text() != "127.0.0.1:0");
  const Listening second = listen_on(first.address);
  CHECK(second.socket < 0);
  CHECK(second.why_not ==
        "another program listens on " + first.address.text() + " already; --listen 127.0.0.1:0 takes a free port");
  close(first.socket);
}

}  // namespace lw
