// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/names.h"

#include <catch2/catch.hpp>

#include "analyzer/model/named_code.h"

namespace lw {
namespace {

NamedFrame frame(const char* function) {
  NamedFrame frame;
  frame.function = function;
  frame.module = "server";
  return frame;
}

// malloc ← put, inlined into insert ← main
struct Fixture {
  Fixture() : named(std::make_shared<NamedCode>(3)) {
    for (u64 offset = 0; offset < 3; ++offset) frames.push_back(code.frame({ModuleNumber{0}, offset}));
    named->name(frames[0], {frame("malloc")});
    named->name(frames[1], {frame("put"), frame("insert")});
    named->name(frames[2], {frame("main")});
    stack = code.stack(frames, kStackTruncated);
    names = Names(named);
  }

  CodeTable code;
  std::shared_ptr<NamedCode> named;
  std::vector<FrameNumber> frames;
  StackNumber stack{};
  Names names;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a stack is put together from the names of its frames, inlined ones among them") {
  CHECK_FALSE(names.has(stack));
  names.add(stack, code[stack], 2);
  REQUIRE(names.has(stack));
  const NamedStack whole = names[stack];
  REQUIRE(whole.frames.size() == 4);
  CHECK(whole.frames.front().function == "malloc");
  CHECK(whole.frames.back().function == "main");
  CHECK(whole.truncated);
  CHECK(whole.site().function == "insert");
  CHECK(names.site(stack).function == "insert");
  CHECK(names.place(stack) == "insert\n\n0\nserver");
}

TEST_CASE_METHOD(Fixture,
                 "a stack whose frames are in no table stands beside the others, and so does the whole process") {
  names.add(stack, code[stack], 0);
  names.add(StackNumber{9}, {{frame("(no stack)")}, 0, false});
  CHECK(names.has(StackNumber{9}));
  CHECK(names.site(StackNumber{9}).function == "(no stack)");
  CHECK(names.site(stack).function == "malloc");
  CHECK(names.has(kWholeProcess));
  CHECK(names[kWholeProcess].frames.size() == 1);
}

}  // namespace lw
