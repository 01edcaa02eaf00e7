// SPDX-License-Identifier: Apache-2.0
// Objects that were cut off or had bytes changed. The answers may be anything; asking must not crash, hang, or take
// the machine's memory. Run with FLAVOUR=asan this is a small fuzzer.
#include <catch2/catch.hpp>
#include <random>

#include "tests/unit/symbolize/workshop.h"

using namespace lw;
using namespace lw::testing;
using std::string;

namespace {

// Small, so that a changed byte matters: one function inlined into another, and a class in a namespace.
constexpr const char* kSmallSource = R"(
namespace app { struct Sum { int total; __attribute__((always_inline)) void add(int n) { total += n * n; } }; }
__attribute__((noinline)) int sum(const int* list, int count) {
  app::Sum sum{0};
  for (int i = 0; i < count; ++i) sum.add(list[i]);
  return sum.total;
}
)";

struct Victim {
  explicit Victim(const string& flags) {
    shop.write("small.cc", kSmallSource);
    shop.run("g++ -g -O2 -shared -fPIC -nostdlib -Wl,--build-id=none " + flags + " small.cc -o whole");
    bytes = shop.read("whole");
  }

  // Asks for addresses all over the damaged file.
  void ask(const string& damaged) {
    shop.write("damaged", damaged);
    Symbolizer symbolizer(options());
    for (uint64_t offset = 0; offset < 0x1100; offset += 13) {
      CHECK_FALSE(symbolizer.frames_at({shop.path("damaged"), ""}, offset).empty());
    }
    (void)symbolizer.notes();
  }

  SymbolizeOptions options() const {
    SymbolizeOptions options = shop.options();
    options.cache_directory = "-";
    return options;
  }

  Workshop shop;
  string bytes;
};

}  // namespace

TEST_CASE("The small object is whole before it is damaged") {
  for (const char* flags : {"-gdwarf-4", "-gdwarf-5", "-gdwarf-5 -gz"}) {
    Victim victim(flags);
    Symbolizer symbolizer(victim.options());
    bool found = false;
    for (uint64_t offset = 0; offset < 0x1100; ++offset) {
      found |= as_text(symbolizer.frames_at({victim.shop.path("whole"), ""}, offset)) ==
               "app::Sum::add(int) small.cc:2 < sum(int const*, int) small.cc:5";
    }
    CHECK(found);
  }
}

TEST_CASE("Cut objects are survived") {
  Victim victim("-gdwarf-5");
  for (size_t length = 0; length < victim.bytes.size(); length += 1 + victim.bytes.size() / 150) {
    INFO(length);
    victim.ask(victim.bytes.substr(0, length));
  }
}

TEST_CASE("Changed objects are survived") {
  for (const char* flags : {"-gdwarf-4", "-gdwarf-5", "-gdwarf-5 -gz"}) {
    Victim victim(flags);
    std::mt19937 random(4711);
    for (int round = 0; round < 300; ++round) {
      string damaged = victim.bytes;
      for (auto left = 1 + random() % 8; left > 0; --left)
        damaged[random() % damaged.size()] = static_cast<char>(random());
      INFO(flags << ", round " << round);
      victim.ask(damaged);
    }
  }
}
