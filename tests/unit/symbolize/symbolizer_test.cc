// SPDX-License-Identifier: Apache-2.0
// The symbolizer as the analyzer uses it, with its cache.
#include "analyzer/symbolize/symbolizer.h"

#include <catch2/catch.hpp>

#include "tests/unit/symbolize/workshop.h"

using namespace lw;
using namespace lw::testing;
using std::string;

TEST_CASE("The cache answers when the object is gone") {
  const Workshop shop;
  shop.build("g++ -g -O2 -o server");
  const ModuleId module = shop.module("server");
  const auto addresses = line_addresses(shop, "server");
  std::vector<string> expected;
  {
    Symbolizer symbolizer(shop.options());
    expected = answers(symbolizer, module, addresses);
  }
  shop.run("rm server");
  Symbolizer symbolizer(shop.options());
  CHECK(answers(symbolizer, module, addresses) == expected);
  CHECK(symbolizer.notes().empty());
  symbolizer.frames_at(module, 1);
  CHECK(symbolizer.notes().size() == 1);
}

TEST_CASE("Answers stay when the files are put down, and other addresses take them up again") {
  const Workshop shop;
  shop.build("g++ -g -O2 -o server");
  const ModuleId module = shop.module("server");
  const auto addresses = line_addresses(shop, "server");
  SymbolizeOptions options = shop.options();
  options.cache_directory = "-";
  Symbolizer at_once(options), bit_by_bit(options);
  const std::vector<string> expected = answers(at_once, module, addresses);
  const std::vector<SourceFrame>& kept = bit_by_bit.frames_at(module, addresses.front().file_offset);
  const string before = kept.front().function;
  bit_by_bit.put_files_down();
  CHECK(&bit_by_bit.frames_at(module, addresses.front().file_offset) == &kept);
  CHECK(kept.front().function == before);
  CHECK(answers(bit_by_bit, module, addresses) == expected);
}

TEST_CASE("Debug data that come later are noticed") {
  const Workshop shop;
  shop.build("g++ -g -O2 -o server");
  const ModuleId module = shop.module("server");
  const auto addresses = line_addresses(shop, "server");
  shop.run(
      "objcopy --only-keep-debug server server.debug && strip server && objcopy --add-gnu-debuglink=server.debug "
      "server");
  shop.run("mv server.debug away");
  {
    Symbolizer symbolizer(shop.options());
    for (const string& text : answers(symbolizer, module, addresses)) CHECK(text == "?");
  }
  shop.run("mv away server.debug");
  Symbolizer symbolizer(shop.options());
  for (const string& text : answers(symbolizer, module, addresses)) CHECK(text != "?");
}

TEST_CASE("A damaged cache changes no answer") {
  const Workshop shop;
  shop.build("g++ -g -O2 -o server");
  const ModuleId module = shop.module("server");
  const auto addresses = line_addresses(shop, "server");
  std::vector<string> expected;
  {
    Symbolizer symbolizer(shop.options());
    expected = answers(symbolizer, module, addresses);
  }
  const string name = "cache/symbols/" + shop.run("ls cache/symbols | tr -d '\\n'");
  string bytes = shop.read(name);
  bytes[bytes.size() / 2] ^= 1;
  shop.write(name, bytes);
  Symbolizer symbolizer(shop.options());
  CHECK(answers(symbolizer, module, addresses) == expected);
}

TEST_CASE("Names are short or full as asked, from the cache too") {
  const Workshop shop;
  shop.build("g++ -g -O2 -o server");
  const ModuleId module = shop.module("server");
  const auto addresses = line_addresses(shop, "server");
  const auto has = [&](const SymbolizeOptions& options, const string& name) {
    Symbolizer symbolizer(options);
    for (const CodeAddress& at : addresses) {
      for (const SourceFrame& frame : symbolizer.frames_at(module, at.file_offset)) {
        if (frame.function == name) {
          CHECK(frame.linkage_name == "_ZN3app9templatedINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEEiRKT_");
          return true;
        }
      }
    }
    return false;
  };
  SymbolizeOptions options = shop.options();
  const string full =
      "int app::templated<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > "
      ">(std::__cxx11::"
      "basic_string<char, std::char_traits<char>, std::allocator<char> > const&)";
  CHECK(has(options, "app::templated<std::string>(std::string const&)"));
  options.full_names = true;
  CHECK(has(options, full));
  options.full_names = false;
  CHECK(has(options, "app::templated<std::string>(std::string const&)"));
}

TEST_CASE("Without a build id the file itself is the key") {
  const Workshop shop;
  shop.build("g++ -g -O2 -Wl,--build-id=none -o server");
  const ModuleId module = shop.module("server");
  REQUIRE(module.build_id.empty());
  const auto addresses = line_addresses(shop, "server");
  std::vector<string> expected;
  {
    Symbolizer symbolizer(shop.options());
    expected = answers(symbolizer, module, addresses);
    CHECK(symbolizer.notes().empty());
  }
  CHECK(shop.run("ls cache/symbols").starts_with("file-"));
  Symbolizer symbolizer(shop.options());
  CHECK(answers(symbolizer, module, addresses) == expected);
}

TEST_CASE("Offsets outside of the object are nameless") {
  const Workshop shop;
  shop.build("g++ -g -O2 -o server");
  Symbolizer symbolizer(shop.options());
  for (uint64_t offset : {uint64_t{0}, uint64_t{1} << 40, ~uint64_t{0}}) {
    const auto& frames = symbolizer.frames_at(shop.module("server"), offset);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].function.empty());
    CHECK(frames[0].line == 0);
  }
}
