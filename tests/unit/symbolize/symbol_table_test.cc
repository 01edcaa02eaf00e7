// SPDX-License-Identifier: Apache-2.0
// Objects without debug data: what their symbol tables still tell.
#include "analyzer/symbolize/symbol_table.h"

#include <lzma.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "tests/unit/symbolize/workshop.h"

using namespace lw;
using namespace lw::testing;
using std::string;

namespace {

struct Function {
  uint64_t address, bytes;
};

Function function(const Workshop& shop, const string& object, const string& name) {
  std::istringstream in(shop.run("nm -C -S " + object + " | grep -F ' " + name + "' | head -n 1"));
  Function found{};
  in >> std::hex >> found.address >> found.bytes;
  REQUIRE(found.bytes > 0);
  return found;
}

std::unique_ptr<ElfObject> open(const Workshop& shop, const string& name) {
  string why_not;
  return ElfObject::open(shop.path(name), why_not);
}

string packed(const string& bytes) {
  std::vector<uint8_t> out(lzma_stream_buffer_bound(bytes.size()));
  size_t length = 0;
  REQUIRE(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, nullptr, reinterpret_cast<const uint8_t*>(bytes.data()),
                                  bytes.size(), out.data(), &length, out.size()) == LZMA_OK);
  return {reinterpret_cast<const char*>(out.data()), length};
}

}  // namespace

TEST_CASE("A function answers from its first byte to its last, and not past it") {
  const Workshop shop;
  shop.build("g++ -O2 -o server");
  const auto object = open(shop, "server");
  const SymbolTable table(object.get(), nullptr);
  const Function plain = function(shop, "server", "T plain_c");
  CHECK(table.name_at(plain.address) == "plain_c");
  CHECK(table.name_at(plain.address + plain.bytes - 1) == "plain_c");
  CHECK(table.name_at(plain.address - 1) != "plain_c");
  CHECK(table.name_at(plain.address + plain.bytes) != "plain_c");
  CHECK(table.name_at(0).empty());
}

TEST_CASE("A stripped program leaves its gaps nameless rather than to the wrong function") {
  const Workshop shop;
  shop.build("g++ -O2 -rdynamic -o server");
  const Function hidden = function(shop, "server", "t app::(anonymous namespace)::hidden(int)");
  const Function plain = function(shop, "server", "T plain_c");
  shop.run("strip server");
  const auto object = open(shop, "server");
  const SymbolTable table(object.get(), nullptr);
  CHECK(table.name_at(plain.address) == "plain_c");
  CHECK(table.name_at(hidden.address).empty());
}

TEST_CASE("Of several names for one address the public one is shown") {
  const Workshop shop;
  shop.write("aliases.c",
             "void __impl_of_get(void) {}\n"
             "void get(void) __attribute__((alias(\"__impl_of_get\")));\n"
             "void get_a_longer_name(void) __attribute__((alias(\"__impl_of_get\")));\n"
             "int main(void) { return 0; }\n");
  shop.run("gcc -O1 aliases.c -o aliases");
  const Function get = function(shop, "aliases", "T get");
  const auto object = open(shop, "aliases");
  CHECK(SymbolTable(object.get(), nullptr).name_at(get.address) == "get");
}

TEST_CASE("Assembler code without sizes reaches to the next symbol, and labels do not cut functions") {
  const Workshop shop;
  shop.write("code.s",
             ".text\n.globl sized, bare, last\n"
             ".type sized, @function\nsized: nop\nnop\nlabel: nop\nnop\n.size sized, .-sized\n"
             "bare: nop\nnop\nlast: ret\n"
             ".globl main\nmain: ret\n");
  shop.run("gcc code.s -no-pie -o code");
  const auto object = open(shop, "code");
  const SymbolTable table(object.get(), nullptr);
  std::istringstream in(shop.run("nm code | grep ' sized'"));
  uint64_t sized = 0;
  in >> std::hex >> sized;
  for (unsigned i = 0; i < 4; ++i) CHECK(table.name_at(sized + i) == "sized");
  CHECK(table.name_at(sized + 4) == "bare");
  CHECK(table.name_at(sized + 5) == "bare");
  CHECK(table.name_at(sized + 6) == "last");
}

TEST_CASE("Symbols packed into the object itself are unpacked") {
  const Workshop shop;
  shop.build("g++ -O2 -o server");
  const Function hidden = function(shop, "server", "t app::(anonymous namespace)::hidden(int)");
  shop.run("objcopy --only-keep-debug server symbols && strip server");
  shop.write("symbols.xz", packed(shop.read("symbols")));
  shop.run("objcopy --add-section .gnu_debugdata=symbols.xz server packed");
  const auto object = open(shop, "packed");
  const SymbolTable table(object.get(), nullptr);
  CHECK(readable_name(string(table.name_at(hidden.address)), false) == "app::(anonymous namespace)::hidden(int)");
}

TEST_CASE("Damaged packed symbols are no symbols") {
  const string whole = packed(string(5000, 'x'));
  CHECK(unpack_xz(whole) == string(5000, 'x'));
  CHECK(unpack_xz("").empty());
  for (size_t length = 0; length < whole.size(); ++length) CHECK(unpack_xz(whole.substr(0, length)).empty());
}
