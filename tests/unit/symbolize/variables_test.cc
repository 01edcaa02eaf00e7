// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbolize/variables.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/unit/symbolize/workshop.h"

using namespace lw;
using namespace lw::testing;

namespace {

constexpr char kSource[] =
    "int g_sessions[10] = {1};\n"
    "namespace shop {\n"
    "struct Registry {\n"
    "  static long count;\n"
    "};\n"
    "long Registry::count = 3;\n"
    "}\n"
    "int* once() {\n"
    "  static int made[4] = {5};\n"
    "  return made;\n"
    "}\n"
    "int main() { return g_sessions[1] + static_cast<int>(shop::Registry::count) + once()[1]; }\n";

// Where `nm` says that the symbol is; the program is linked to begin at 0.
uint64_t address_of(const Workshop& shop, const std::string& symbol) {
  return std::strtoull(shop.run("nm -C server | grep ' " + symbol + "$'").c_str(), nullptr, 16);
}

std::string place_of(const Variable& variable) {
  return variable.file.substr(variable.file.rfind('/') + 1) + ':' + std::to_string(variable.line);
}

}  // namespace

TEST_CASE("a global variable is found with the line where it was declared") {
  Workshop shop;
  shop.write("globals.cc", kSource);
  const std::string flags = GENERATE("-gdwarf-4", "-gdwarf-5", "-gdwarf-5 -gsplit-dwarf");
  shop.run("g++ -O0 -pie " + flags + " -o server globals.cc");
  Variables variables(shop.options());
  const ModuleId module = shop.module("server");

  const Variable sessions = variables.at(module, address_of(shop, "g_sessions") + 8);
  CHECK(sessions.name == "g_sessions");
  CHECK(sessions.offset == 8);
  CHECK(place_of(sessions) == "globals.cc:1");

  const Variable member = variables.at(module, address_of(shop, "shop::Registry::count"));
  CHECK(member.name == "shop::Registry::count");
  CHECK(place_of(member) == "globals.cc:6");

  const Variable local = variables.at(module, address_of(shop, "once()::made"));
  CHECK(local.name == "once()::made");
  CHECK(place_of(local) == "globals.cc:9");
}

TEST_CASE("a variable of an object without debug data has a name and no line") {
  Workshop shop;
  shop.write("globals.cc", kSource);
  shop.run("g++ -O0 -pie -o server globals.cc");
  Variables variables(shop.options());
  const Variable sessions = variables.at(shop.module("server"), address_of(shop, "g_sessions"));
  CHECK(sessions.name == "g_sessions");
  CHECK(sessions.line == 0);
  CHECK(sessions.file.empty());
}
