// SPDX-License-Identifier: Apache-2.0
// Programs built on the spot, symbolised at every address of their line tables, and compared with binutils' addr2line
// or, where that one does not understand the compiler's output, with what the source says.
#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "analyzer/symbolize/blame.h"
#include "tests/unit/symbolize/workshop.h"

using namespace lw;
using namespace lw::testing;
using std::string;

namespace {

struct Line {
  string function, place;  // "hidden", "/…/sample.cc:12"
};

// addr2line's frames for each address, innermost first.
std::vector<std::vector<Line>> ask_addr2line(const Workshop& shop, const string& name,
                                             const std::vector<CodeAddress>& addresses) {
  std::ostringstream list;
  list << std::hex;
  for (const CodeAddress& at : addresses) list << "0x" << at.address << '\n';
  shop.write("addresses.txt", list.str());
  std::istringstream in(shop.run("addr2line -a -i -f -C -e " + name + " < addresses.txt"));
  std::vector<std::vector<Line>> found;
  for (string line; std::getline(in, line);) {
    if (line.starts_with("0x")) {
      found.emplace_back();
      continue;
    }
    Line frame{line.substr(0, line.find(" [clone")), {}};
    std::getline(in, frame.place);
    frame.place = frame.place.substr(0, frame.place.find(" (discriminator"));
    found.back().push_back(frame);
  }
  REQUIRE(found.size() == addresses.size());
  return found;
}

// addr2line shows some functions without their namespace or their parameters.
bool same_or_better(const string& ours, const string& theirs) {
  const string bare_ours = bare_name(ours), bare_theirs = bare_name(theirs);
  return bare_ours == bare_theirs || bare_ours.ends_with("::" + bare_theirs);
}

void check_against_addr2line(const Workshop& shop, const string& name) {
  SymbolizeOptions options = shop.options();
  options.full_names = true;
  Symbolizer symbolizer(options);
  const auto addresses = line_addresses(shop, name);
  const auto expected = ask_addr2line(shop, name, addresses);
  size_t inlined = 0;
  for (size_t i = 0; i < addresses.size(); ++i) {
    const auto& frames = symbolizer.frames_at(shop.module(name), addresses[i].file_offset);
    INFO(std::hex << addresses[i].address << " in " << name << ": " << as_text(frames));
    REQUIRE(frames.size() == expected[i].size());
    for (size_t k = 0; k < frames.size(); ++k) {
      INFO("addr2line: " << expected[i][k].function << ' ' << expected[i][k].place);
      const string place = frames[k].file + ':' + (frames[k].line != 0 ? std::to_string(frames[k].line) : "?");
      CHECK(place == expected[i][k].place);
      CHECK(same_or_better(frames[k].function, expected[i][k].function));
      CHECK(frames[k].inlined == (k + 1 < frames.size()));
      inlined += frames[k].inlined;
    }
  }
  CHECK(inlined > 20);
  CHECK(symbolizer.notes().empty());
}

// True if any address has exactly this chain of frames, given as as_text() writes it, perhaps inside longer ones.
bool some_answer_has(const std::vector<string>& texts, const string& chain) {
  return std::any_of(texts.begin(), texts.end(),
                     [&chain](const string& text) { return text.find(chain) != string::npos; });
}

void check_landmarks(const Workshop& shop, const string& name) {
  Symbolizer symbolizer(shop.options());
  const auto texts = answers(symbolizer, shop.module(name), line_addresses(shop, name));
  const auto at = [](const char* mark) { return " sample.cc:" + std::to_string(line_of(string("line: ") + mark)); };
  INFO(name);
  CHECK(some_answer_has(
      texts, "app::Counter::add(int)" + at("add") + " < app::(anonymous namespace)::hidden(int)" + at("hidden")));
  CHECK(some_answer_has(texts, "std::vector<int>::push_back(int const&) stl_vector.h:"));
  CHECK(some_answer_has(texts, "plain_c" + at("plain_c")));
  CHECK(some_answer_has(texts, "Local::method"));
  CHECK(some_answer_has(texts, at("method")));
  CHECK(some_answer_has(texts, "app::versioned(std::vector<std::string> const&)") == false);  // v2 is the program's own
  CHECK(some_answer_has(texts, "app::v2::versioned(std::vector<std::string> const&)"));
  CHECK(some_answer_has(texts, "app::templated<std::string>(std::string const&)"));
  CHECK(some_answer_has(texts, at("lambda")));
  // With -flto two or three rows describe the padding behind a function.
  const auto nameless = std::count_if(texts.begin(), texts.end(), [](const string& text) { return text[0] == '?'; });
  CHECK(nameless <= 3);
}

}  // namespace

TEST_CASE("Frames agree with addr2line at every address of gcc's DWARF 4 and 5") {
  const Workshop shop;
  for (const char* flags :
       {"-gdwarf-4", "-gdwarf-5", "-gdwarf-5 -no-pie -Wl,-Ttext-segment=0x10000000", "-gdwarf-5 -O1 -gz"}) {
    INFO(flags);
    shop.build(string("g++ -g -O2 ") + flags + " -o server");
    check_against_addr2line(shop, "server");
    check_landmarks(shop, "server");
  }
}

TEST_CASE("Frames of clang, which writes no index of addresses, are found") {
  const Workshop shop;
  for (const char* flags : {"-gdwarf-4", "-gdwarf-5", "-gdwarf-5 -gsplit-dwarf"}) {
    INFO(flags);
    shop.build(string("clang++ -g -O2 ") + flags + " -Wl,--build-id -o server");
    check_landmarks(shop, "server");
  }
}

TEST_CASE("Types in units of their own and link-time optimisation change nothing") {
  const Workshop shop;
  shop.build("g++ -g -O2 -fdebug-types-section -o server");
  check_landmarks(shop, "server");
  shop.build("g++ -g -O2 -flto -o server");
  check_landmarks(shop, "server");
}

TEST_CASE("Split debug data is read from the files beside, and missed with a sentence") {
  const Workshop shop;
  for (const char* flags : {"-gdwarf-4", "-gdwarf-5"}) {
    INFO(flags);
    shop.build(string("g++ -g -O2 -gsplit-dwarf ") + flags + " -o server");
    check_landmarks(shop, "server");
    shop.run("rm -r cache *.dwo");
    {
      Symbolizer symbolizer(shop.options());
      const auto texts = answers(symbolizer, shop.module("server"), line_addresses(shop, "server"));
      // The symbol table and the line table are still there.
      CHECK(some_answer_has(
          texts, "app::(anonymous namespace)::hidden(int) sample.cc:" + std::to_string(line_of("line: hidden"))));
    }
    // An answer known to be incomplete must not stay when the files come back.
    CHECK_FALSE(shop.exists("cache/symbols"));
  }
}

TEST_CASE("Functions that the linker threw away do not answer for those that stayed") {
  const Workshop shop;
  // 3,000 lines of code at address 0, where they overlap what the linker put at 0x1000.
  string unused = "int unused(volatile int n) {\n";
  for (int i = 0; i < 3000; ++i) unused += "n = n * 3;\n";
  shop.write("unused.h", unused + "return n; }\n");
  for (const char* compiler : {"g++ -fno-pie -no-pie -Wl,-Ttext-segment=0", "g++", "clang++"}) {
    INFO(compiler);
    shop.build(string(compiler) +
               " -g -O1 -ffunction-sections -Wl,--gc-sections,--build-id -include unused.h -o server");
    REQUIRE(shop.run("nm server").find("unused") == string::npos);
    SymbolizeOptions options = shop.options();
    options.cache_directory = "-";
    Symbolizer symbolizer(options);
    size_t in_main = 0;
    for (const CodeAddress& at : line_addresses(shop, "server")) {
      for (const SourceFrame& frame : symbolizer.frames_at(shop.module("server"), at.file_offset)) {
        CHECK(frame.function != "unused(int)");
        CHECK_FALSE(frame.file.ends_with("unused.h"));
        in_main += frame.function == "main" && frame.file.ends_with("sample.cc");
      }
    }
    CHECK(in_main > 3);
  }
}
