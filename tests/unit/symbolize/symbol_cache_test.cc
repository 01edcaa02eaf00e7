// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbolize/symbol_cache.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/unit/symbolize/workshop.h"

using namespace lw;
using namespace lw::testing;
using std::string;

namespace {

std::vector<RawFrame> frames(const string& name) { return {{name, true, "x.cc", 7, false}}; }

SymbolCache open(const Workshop& shop, NameSource source = NameSource::kDebugData, uint64_t fingerprint = 1) {
  return SymbolCache(shop.path("cache"), "abcdef", source, fingerprint);
}

void keep(SymbolCache cache, uint64_t file_offset, const string& name) {
  cache.add(file_offset, frames(name));
  cache.save();
}

}  // namespace

TEST_CASE("Kept answers are found by the next run, and those of several runs together") {
  const Workshop shop;
  CHECK(open(shop).find(1) == nullptr);
  SymbolCache first = open(shop), second = open(shop);
  keep(first, 1, "one");
  keep(second, 2, "two");  // opened before the first was saved
  const SymbolCache cache = open(shop);
  REQUIRE(cache.find(1) != nullptr);
  CHECK(*cache.find(1) == frames("one"));
  REQUIRE(cache.find(2) != nullptr);
  CHECK(*cache.find(2) == frames("two"));
  CHECK(cache.find(3) == nullptr);
}

TEST_CASE("Answers from other files are dropped, unless they came from something richer") {
  const Workshop shop;
  keep(open(shop, NameSource::kSymbols), 1, "by symbol");
  CHECK(open(shop, NameSource::kSymbols).find(1) != nullptr);
  CHECK(open(shop, NameSource::kSymbols, 2).find(1) == nullptr);  // the file has changed
  CHECK(open(shop, NameSource::kDebugData).find(1) == nullptr);   // debug data were installed

  keep(open(shop, NameSource::kDebugData), 1, "by debug data");
  for (NameSource poorer : {NameSource::kSymbols, NameSource::kNone}) {
    keep(open(shop, poorer, 3), 2, "not kept");
    REQUIRE(open(shop, poorer, 3).find(1) != nullptr);
    CHECK(*open(shop, poorer, 3).find(1) == frames("by debug data"));
    CHECK(open(shop).find(2) == nullptr);
  }
}

TEST_CASE("A damaged cache gives what is whole, and heals") {
  const Workshop shop;
  keep(open(shop), 1, "one");
  const size_t one = shop.read("cache/abcdef").size();
  keep(open(shop), 2, "two");
  const string whole = shop.read("cache/abcdef");
  REQUIRE(one < whole.size());
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const string& damaged :
         {whole.substr(0, at), whole.substr(0, at) + char(whole[at] ^ 0x40) + whole.substr(at + 1)}) {
      shop.write("cache/abcdef", damaged);
      const SymbolCache cache = open(shop);
      CHECK(cache.find(2) == nullptr);
      if (at >= one) {
        REQUIRE(cache.find(1) != nullptr);
        CHECK(*cache.find(1) == frames("one"));
      }
    }
  }
  keep(open(shop), 2, "two");
  CHECK(open(shop).find(1) != nullptr);
  CHECK(open(shop).find(2) != nullptr);
}

TEST_CASE("A cache of another version is replaced") {
  const Workshop shop;
  keep(open(shop), 1, "one");
  string bytes = shop.read("cache/abcdef");
  bytes[8] = 99;
  shop.write("cache/abcdef", bytes);
  keep(open(shop), 2, "two");
  CHECK(open(shop).find(1) == nullptr);
  CHECK(open(shop).find(2) != nullptr);
}

TEST_CASE("All caches together stay small: those not written for the longest time go first") {
  namespace fs = std::filesystem;
  const Workshop shop;
  fs::create_directories(shop.path("cache"));
  const auto now = fs::file_time_type::clock::now();
  for (int age = 1; age <= 3; ++age) {
    const string name = shop.path("cache/" + std::to_string(age));
    shop.write("cache/" + std::to_string(age), "");
    fs::resize_file(name, 100 << 20);  // sparse
    fs::last_write_time(name, now - std::chrono::hours(age));
  }
  keep(open(shop), 1, "one");
  CHECK(shop.exists("cache/1"));
  CHECK(shop.exists("cache/2"));
  CHECK_FALSE(shop.exists("cache/3"));
  CHECK(open(shop).find(1) != nullptr);
}

TEST_CASE("A cache file that grew too large starts anew") {
  const Workshop shop;
  keep(open(shop), 1, string(9 << 20, 'a'));
  keep(open(shop), 2, string(9 << 20, 'b'));
  CHECK(open(shop).find(1) == nullptr);
  CHECK(open(shop).find(2) != nullptr);
}

TEST_CASE("Where nothing can be written nothing is kept, and nobody is bothered") {
  const Workshop shop;
  shop.write("cache", "a file, not a folder");
  keep(open(shop), 1, "one");
  CHECK(open(shop).find(1) == nullptr);
  SymbolCache none;
  none.add(1, frames("one"));
  none.save();
  CHECK(none.find(1) == nullptr);
}
