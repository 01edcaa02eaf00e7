// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbolize/blame.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace lw;

namespace {

constexpr const char* kServer = "/opt/app/server";

BlameFrame named(std::string_view function) { return {function, {}, {}, kServer}; }

// Of a stack that stands innermost first; 0 if there is none but wrappers.
size_t blamed(const std::vector<BlameFrame>& stack, const BlameRules& rules = {}) {
  const auto found =
      std::find_if(stack.begin(), stack.end(), [&](const auto& frame) { return !is_wrapper(frame, rules); });
  return found == stack.end() ? 0 : static_cast<size_t>(found - stack.begin());
}

}  // namespace

TEST_CASE("Allocators and libc are passed over by the object they stand in") {
  for (const char* module :
       {"/usr/lib/libleakwatch.so", "/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2",
        "/usr/lib/libjemalloc.so.2", "/usr/lib/libtcmalloc_minimal.so.4", "/usr/lib/libmimalloc.so.2.0",
        "/usr/lib/libstdc++.so.6", "/usr/lib/libc++.so.1"}) {
    INFO(module);
    CHECK(blamed({{"whatever", {}, {}, module}, {{}, {}, {}, module}, named("serve(int)")}) == 2);
  }
  CHECK(blamed({{"put", {}, {}, "/opt/app/libcache.so.1"}, named("serve(int)")}) == 0);
}

TEST_CASE("Allocation functions are passed over wherever they are linked into") {
  for (const char* name : {"malloc", "calloc", "posix_memalign", "strdup", "vasprintf", "getline",
                           "operator new(unsigned long)", "operator new[](unsigned long, std::nothrow_t const&)",
                           "Pool::operator new(unsigned long)", "mi_malloc", "je_malloc_default", "mmap"}) {
    INFO(name);
    CHECK(blamed({named(name), named("serve(int)")}) == 1);
  }
  for (const char* name : {"mallocator", "my_calloc_test", "Cache::malloc_stats(int)", "renew(unsigned long)"}) {
    INFO(name);
    CHECK(blamed({named(name), named("serve(int)")}) == 0);
  }
}

TEST_CASE("The C++ standard library is passed over by name, linkage name or header") {
  CHECK(blamed({named("std::vector<int>::push_back(int&&)"),
                named("__gnu_cxx::new_allocator<int>::allocate(unsigned long)"),
                named("Cache::put(Request const&)")}) == 2);
  CHECK(blamed({{"void std::vector<int>::f<int>(int)", "_ZNSt6vectorIiSaIiEE1fIiEEvi", {}, kServer},
                named("put(int)")}) == 1);
  CHECK(blamed({{"?", "_ZNKSt7__cxx1112basic_stringIcE1fEv", {}, kServer}, named("put(int)")}) == 1);
  CHECK(blamed({{"_M_allocate", {}, "/usr/include/c++/12/bits/stl_vector.h", kServer}, named("put(int)")}) == 1);
  CHECK(blamed({{"allocate", {}, "/usr/lib/llvm-14/include/c++/v1/vector", kServer}, named("put(int)")}) == 1);
}

TEST_CASE("The program's own code is blamed, also where it talks about the library") {
  CHECK(blamed({{"app::std_cache::put(std::string const&)", "_ZN3app9std_cache3putE", {}, kServer}, named("main")}) ==
        0);
  CHECK(blamed({{"Stack::push(int)", "_ZN5Stack4pushEi", "stack.cc", kServer}, named("main")}) == 0);
  CHECK(blamed({named("app::run()::{lambda()#1}::operator()() const"), named("main")}) == 0);
}

TEST_CASE("Widely known wrappers are passed over unless that is turned off") {
  for (const char* name : {"zmalloc", "ztrymalloc_usable_internal", "xmalloc", "g_malloc0_n", "g_strdup_printf",
                           "av_mallocz", "PyObject_Malloc", "_PyObject_GC_New", "sqlite3MemMalloc", "sqlite3Malloc",
                           "ngx_palloc_large", "apr_palloc", "CRYPTO_malloc", "xmlMallocLoc", "ggc_alloc_cleared"}) {
    INFO(name);
    CHECK(blamed({named(name), named("serve")}) == 1);
    CHECK(blamed({named(name), named("serve")}, {.wrappers = {}, .well_known_wrappers = false}) == 0);
  }
  CHECK(blamed({named("_PyObject_Call"), named("serve")}) == 0);
}

TEST_CASE("Declared wrappers are matched without parameters and template arguments, exactly or as globs") {
  const BlameRules rules{.wrappers = {"obtain", "arena_*", "Pool::get", "_ZN4Slab4takeEv", "operator new[]"}};
  for (const char* name : {"obtain", "obtain(int)", "arena_get", "arena_get<Foo>(Foo const&)",
                           "Pool::get(unsigned long)", "Pool::get<std::string>(std::string const&) const"}) {
    INFO(name);
    CHECK(blamed({named(name), named("serve")}, rules) == 1);
  }
  CHECK(blamed({{"Slab::take()", "_ZN4Slab4takeEv", {}, kServer}, named("serve")}, rules) == 1);
  for (const char* name : {"obtain_all", "re_obtain", "Pool::get_all()", "my::Pool::get()"}) {
    INFO(name);
    CHECK(blamed({named(name), named("serve")}, rules) == 0);
  }
}

TEST_CASE("Where everything is passed over the innermost frame is blamed") {
  CHECK(blamed({named("operator new(unsigned long)"), named("std::thread::f()")}) == 0);
  CHECK(blamed({}) == 0);
}

TEST_CASE("A nameless frame of the program is the program's") {
  CHECK(blamed({{{}, {}, {}, "/lib/libc.so.6"}, {{}, {}, {}, kServer}, named("main")}) == 1);
}

TEST_CASE("A bare name has neither parameters nor template arguments") {
  CHECK(bare_name("std::vector<int>::push_back(int&&)") == "std::vector::push_back");
  CHECK(bare_name("(anonymous namespace)::f(int) const") == "(anonymous namespace)::f");
  CHECK(bare_name("operator new[](unsigned long)") == "operator new[]");
  CHECK(bare_name("operator< <A>(A const&)") == "operator<");
  CHECK(bare_name("main()::{lambda(int)#1}::operator()(int) const") == "main::{lambda(int)#1}::operator()");
  CHECK(bare_name("Cache::get() const::{lambda()#1}::operator()() const") == "Cache::get::{lambda()#1}::operator()");
  CHECK(bare_name("broken<(") == "broken<(");
  CHECK(bare_name("") == "");
}
