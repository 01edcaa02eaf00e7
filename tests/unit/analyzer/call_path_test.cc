// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/call_path.h"

#include <catch2/catch.hpp>

namespace lw {
namespace {

NamedFrame frame(const std::string& function, bool wrapper = false) {
  NamedFrame frame;
  frame.function = function;
  frame.named = function.find('+') == std::string::npos;
  frame.wrapper = wrapper;
  return frame;
}

}  // namespace

TEST_CASE("parameters are no part of a function's identity") {
  CHECK(without_parameters("Cache::put(Request const&) const") == "Cache::put");
  CHECK(without_parameters("std::vector<int>::push_back(int&&)") == "std::vector<int>::push_back");
  CHECK(without_parameters("call(void (*)(int), int)") == "call");
  CHECK(without_parameters("main") == "main");
}

TEST_CASE("names that only look like parameter lists stay whole") {
  CHECK(without_parameters("(anonymous namespace)::hidden") == "(anonymous namespace)::hidden");
  CHECK(without_parameters("app::(anonymous namespace)::hidden") == "app::(anonymous namespace)::hidden");
  CHECK(without_parameters("app::(anonymous namespace)::hidden(int)") == "app::(anonymous namespace)::hidden");
  CHECK(without_parameters("Less::operator()(int, int)") == "Less::operator()");
  CHECK(without_parameters("Less::operator()") == "Less::operator()");
}

TEST_CASE("a path has the functions from the blamed one outwards, a recursion once, and nothing that all stacks have") {
  const NamedStack stack{{frame("malloc", true), frame("parse(int)"), frame("parse(int)"), frame("std::sort", true),
                          frame("server+0x12"), frame("serve()"), frame("main")},
                         1,
                         false};
  CHECK(call_path_of(stack) == CallPath{"parse", "serve"});
}

TEST_CASE("a frame that was added or taken away in the middle leaves paths alike") {
  const CallPath before{"put", "handle", "dispatch", "serve"};
  CHECK(similarity(before, before) == 1);
  CHECK(similarity(before, {"put", "handle", "authorize", "dispatch", "serve"}) > 0.85);
  CHECK(similarity(before, {"put", "handle", "serve"}) > 0.85);
  CHECK(similarity(before, {"insert", "handle", "dispatch", "serve"}) >= kSimilarPath);
  CHECK(similarity(before, {"log", "rotate", "tick", "serve"}) < kSimilarPath);
  CHECK(similarity(before, {}) == 0);
}

}  // namespace lw
