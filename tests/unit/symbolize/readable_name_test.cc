// SPDX-License-Identifier: Apache-2.0
// Names as they come from real objects, and what a report shows for them.
#include <catch2/catch.hpp>

#include <random>
#include <string>

#include "analyzer/symbolize/symbolizer.h"

namespace {

using lw::readable_name;
using std::string;

struct Example {
  const char *name, *shown;
};

void check(const std::vector<Example>& examples) {
  for (const Example& example : examples) {
    INFO(example.name);
    CHECK(readable_name(example.name, false) == example.shown);
  }
}

}  // namespace

TEST_CASE("Strings and streams get the names people write") {
  check({
      {"_ZN5Cache3putERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE", "Cache::put(std::string const&)"},
      {"_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE9_M_mutateEmmPKcm",
       "std::string::_M_mutate(unsigned long, unsigned long, char const*, unsigned long)"},
      {"_ZNSt3__112basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEE6appendEPKc",
       "std::string::append(char const*)"},
      {"_ZlsRSoRK3Foo", "operator<<(std::ostream&, Foo const&)"},
      {"_ZN3app4showESt17basic_string_viewIcSt11char_traitsIcEE", "app::show(std::string_view)"},
      {"_ZN3app4wideENSt7__cxx1112basic_stringIwSt11char_traitsIwESaIwEEE", "app::wide(std::wstring)"},
      // Another allocator makes another type, which must not pass for std::string.
      {"_ZN3app4poolENSt7__cxx1112basic_stringIcSt11char_traitsIcE4PoolIcEEE",
       "app::pool(std::basic_string<char, std::char_traits<char>, Pool<char>>)"},
  });
}

TEST_CASE("Containers lose the arguments they would have had anyway") {
  check({
      {"_ZNSt6vectorIiSaIiEE9push_backEOi", "std::vector<int>::push_back(int&&)"},
      {"_ZNSt3__16vectorIiNS_9allocatorIiEEE9push_backEOi", "std::vector<int>::push_back(int&&)"},
      {"_ZNSt3mapINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEiSt4lessIS5_ESaISt4pairIKS5_iEEEixERS9_",
       "std::map<std::string, int>::operator[](std::string const&)"},
      {"_ZN3app4fillERSt13unordered_mapImPvSt4hashImESt8equal_toImESaISt4pairIKmS1_EEE",
       "app::fill(std::unordered_map<unsigned long, void*>&)"},
      {"_ZN3app4dropESt10unique_ptrI3FooSt14default_deleteIS1_EE", "app::drop(std::unique_ptr<Foo>)"},
      {"_ZN3app5queueERSt5queueIiSt5dequeIiSaIiEEE", "app::queue(std::queue<int>&)"},
      {"_ZN3app4heapERSt14priority_queueIiSt6vectorIiSaIiEESt4lessIiEE", "app::heap(std::priority_queue<int>&)"},
      {"_ZNSt5arrayIiLm4EE4fillERKi", "std::array<int, 4>::fill(int const&)"},
      // A comparison of somebody's own is no default.
      {"_ZN3app4fillERSt3mapIii4MineSaISt4pairIKiiEEE", "app::fill(std::map<int, int, Mine>&)"},
  });
}

TEST_CASE("Deep and long template arguments become dots") {
  check({
      {"_ZN3FooINS_IN1BINS_I1CEEEEEEE3barEv", "Foo<Foo<B<…>>>::bar()"},
      {"_ZNSt6vectorISt10shared_ptrIN3tu03KeyILi1EEEESaIS4_EED2Ev",
       "std::vector<std::shared_ptr<tu0::Key<…>>>::~vector()"},
      {"_ZNSt8_Rb_treeIlSt4pairIKllESt10_Select1stIS2_ESt4lessIlESaIS2_EE8_M_eraseEPSt13_Rb_tree_nodeIS2_E",
       "std::_Rb_tree<long, std::pair<long const, long>, …>::_M_erase(std::_Rb_tree_node<std::pair<long const, "
       "long>>*)"},
      {"_Z4longRK12AVeryLongNamS1_S1_S1_S1_S1_", "long(AVeryLongNam const&, AVeryLongNam const&, …)"},
  });
}

TEST_CASE("Operators keep their brackets") {
  check({
      {"_ZltRK1AS1_", "operator<(A const&, A const&)"},
      {"_ZltI1AEbRKT_S3_", "operator< <A>(A const&, A const&)"},
      {"_ZlsI3FooERSoS1_RKT_", "operator<< <Foo>(std::ostream&, Foo const&)"},
      {"_ZrsR1AS0_", "operator>>(A&, A&)"},
      {"_ZN1AssERKS_", "A::operator<=>(A const&)"},
      {"_ZN1AptEv", "A::operator->()"},
      {"_ZNK1AixEm", "A::operator[](unsigned long) const"},
      {"_ZN1AcmEi", "A::operator,(int)"},
      {"_ZN3FooclEiPKc", "Foo::operator()(int, char const*)"},
      {"_Znwm", "operator new(unsigned long)"},
      {"_ZnamRKSt9nothrow_t", "operator new[](unsigned long, std::nothrow_t const&)"},
      {"_ZN3FoonwEm", "Foo::operator new(unsigned long)"},
      {"_ZdlPvm", "operator delete(void*, unsigned long)"},
      {"_Zli3_kby", "operator\"\" _kb(unsigned long long)"},
  });
}

TEST_CASE("Conversions are functions whose names contain blanks") {
  check({
      {"_ZN3FoocvbEv", "Foo::operator bool()"},
      {"_ZNK3FoocvmEv", "Foo::operator unsigned long() const"},
      {"_ZNK3FoocvNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEv", "Foo::operator std::string() const"},
      {"_ZNK3FoocvRKSt4pairIiiEEv", "Foo::operator std::pair<int, int> const&() const"},
      {"_ZNK3FoocvT_ImEEv", "Foo::operator unsigned long<unsigned long>() const"},
      {"_ZN1AcvPFivEEv", "A::operator int (*)()()"},
  });
}

TEST_CASE("Return types of templates are dropped") {
  check({
      {"_ZSt4moveIRiEONSt16remove_referenceIT_E4typeEOS2_", "std::move<int&>(int&)"},
      {"_ZN4foldclIJiiEEEDTspfp_EDpT_", "fold::operator()<int, int>(int, int)"},
      {"_ZZN3app6handleERK7RequestENKUlT_E_clIiEEDaS3_",
       "app::handle(Request const&)::{lambda(auto:1)#1}::operator()<int>(int) const"},
      {"_ZN4make3anyIiEEDcv", "make::any<int>()"},  // decltype(auto)
      // A function that returns a function: its type stands around the name and cannot be cut off.
      {"_Z3retIiEPFviET_", "void (*ret<int>(int))(int)"},
  });
}

TEST_CASE("Lambdas stay where they were written") {
  check({
      {"_ZZ4mainENKUlvE_clEv", "main::{lambda()#1}::operator()() const"},
      {"_ZZN1A1fEvENKUlvE_cvPFvvEEv", "A::f()::{lambda()#1}::operator void (*)()() const"},
      {"_ZZ3foovENK3BarMUlvE_clEv", "foo()::Bar::{lambda()#1}::operator()() const"},
      {"_ZZNK5Cache3getIiEET_iENKUlvE_clEv", "Cache::get<int>(int) const::{lambda()#1}::operator()() const"},
      // As debug data without linkage names calls them.
      {"main()::<lambda(int)>::operator()", "main()::{lambda(int)}::operator()"},
  });
}

TEST_CASE("Inline namespaces are dropped where a library declares them, and only there") {
  check({
      {"_ZN5boost6system4v1_28categoryEv", "boost::system::category()"},
      {"_ZN3fmt2v96vprintERKNS0_17basic_string_viewIcEE", "fmt::vprint(fmt::basic_string_view<char> const&)"},
      {"_ZN8nlohmann16json_abi_v3_11_26detail12out_of_rangeD2Ev", "nlohmann::detail::out_of_range::~out_of_range()"},
      {"_ZNSt6chrono3_V212system_clock3nowEv", "std::chrono::system_clock::now()"},
      {"_ZN3api2v17Handler3runEv", "api::v1::Handler::run()"},
  });
}

TEST_CASE("Anonymous namespaces stay, ABI tags and clone suffixes go") {
  check({
      {"_ZN12_GLOBAL__N_16hiddenEi", "(anonymous namespace)::hidden(int)"},
      {"_ZN3app12_GLOBAL__N_16hiddenEi.constprop.0", "app::(anonymous namespace)::hidden(int)"},
      {"_ZN3app12_GLOBAL__N_16hiddenEi.isra.0.cold", "app::(anonymous namespace)::hidden(int)"},
      {"_ZN5Cache3putB5cxx11ERK7Request", "Cache::put(Request const&)"},
      {"memcpy.part.0.constprop.12", "memcpy"},
      {"handle.llvm.123456", "handle"},
      {"foo.cold", "foo"},
      {"walk.lto_priv.0", "walk"},
  });
}

TEST_CASE("What is no C++ function is shown as it is") {
  check({
      {"", ""},
      {"main", "main"},
      {"__libc_start_main", "__libc_start_main"},
      {"operator.c", "operator.c"},
      {"main.(*Cache).Put", "main.(*Cache).Put"},
      {"main.main.func1", "main.main.func1"},
      {"caml_alloc_42", "caml_alloc_42"},
      {"_ZTV3Foo", "vtable for Foo"},
      {"_ZThn16_N3Foo3barEv", "Foo::bar()"},
      {"_Znonsense", "_Znonsense"},
      {"_RNvCskwGfYPst2Cb_3foo16example_function", "_RNvCskwGfYPst2Cb_3foo16example_function"},
  });
}

TEST_CASE("Rust's older names lose their hash and their escapes") {
  check({
      {"_ZN4core3ptr13drop_in_place17h0123456789abcdefE", "core::ptr::drop_in_place"},
      {"_ZN66_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..ops..drop..Drop$GT$4drop17h5c1dabcdef012345E",
       "<alloc::vec::Vec<T> as core::ops::drop::Drop>::drop"},
      {"_ZN3app4main28_$u7b$$u7b$closure$u7d$$u7d$17haaaaaaaaaaaaaaaaE", "app::main::{{closure}}"},
  });
}

TEST_CASE("Full names are the demangler's") {
  CHECK(readable_name("_ZNSt6vectorIiSaIiEE9push_backEOi", true) ==
        "std::vector<int, std::allocator<int> >::push_back(int&&)");
  CHECK(readable_name("_ZSt4moveIRiEONSt16remove_referenceIT_E4typeEOS2_", true) ==
        "std::remove_reference<int&>::type&& std::move<int&>(int&)");
  CHECK(readable_name("_ZN4core3ptr13drop_in_place17h0123456789abcdefE", true) ==
        "core::ptr::drop_in_place::h0123456789abcdef");
}

TEST_CASE("Damaged names are shown, whatever their brackets do") {
  check({
      {"foo<", "foo<"},
      {"foo(", "foo("},
      {"foo)", "foo)"},
      {"foo>>>", "foo>>>"},
      {"std::vector<int", "std::vector<int"},
      {"a<b<c>(d<e>", "a<b<c>(d<e>"},
      {"operator", "operator"},
      {"operator<", "operator<"},
      {"[abi:", ""},
  });
  CHECK_FALSE(readable_name(string(100000, '<'), false).empty());
  CHECK_FALSE(readable_name("f" + string(100000, '('), false).empty());
  CHECK(readable_name("_Z1f" + string(100000, 'P') + "i", false) == "_Z1f" + string(296, 'P') + "…");
  string nested = "a";
  for (int i = 0; i < 5000; ++i) nested = "a<" + nested + ">";
  CHECK(readable_name(nested, false) == "a<a<a<…>>>");
}

TEST_CASE("No text whatever makes the shortening fail") {
  const std::vector<string> pieces = {"<",          ">",
                                      "(",          ")",
                                      "[",          "]",
                                      "{",          "}",
                                      "::",         ",",
                                      " ",          "std",
                                      "int",        "operator",
                                      "->",         "decltype",
                                      " const",     ".",
                                      "_Z",         "v1",
                                      "boost",      "…",
                                      "[abi:x]",    " [clone .cold]",
                                      "std::__1::", "17h0123456789abcdefE"};
  std::mt19937 random(20240229);
  for (int round = 0; round < 20000; ++round) {
    string text;
    for (auto left = random() % 30; left > 0; --left) text += pieces[random() % pieces.size()];
    (void)readable_name(text, round % 2 == 0);
  }
  SUCCEED();
}
