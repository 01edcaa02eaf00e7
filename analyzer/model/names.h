// SPDX-License-Identifier: Apache-2.0
// What stacks look like to a person. Filled in by whoever knows symbols; the model itself only compares them.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/model/code.h"

namespace lw {

struct NamedFrame {
  std::string function;  // readable; "libfoo.so+0x1234" where nothing is known, never empty
  std::string linkage_name;
  std::string file;      // empty if unknown
  u32 line = 0;          // 0 if unknown
  std::string module;    // file name of the object, without its folder
  std::string build_id;  // hexadecimal
  bool inlined = false;
  bool named = false;    // `function` is a name, not a place
  bool wrapper = false;  // of the allocator, libc or the C++ library: it tells little about the program
};

// What stands for the function of a stack that has no frames.
inline constexpr const char* kNoStack = "(no stack)";
inline constexpr const char* kOtherStacks = "(allocations without a stack of their own)";

struct NamedStack {
  std::vector<NamedFrame> frames;  // innermost first
  size_t blamed = 0;               // the frame that is answerable for the allocation
  bool truncated = false;

  const NamedFrame& site() const { return frames[blamed]; }
};

// A copy shares its stacks with the original: who watches for hours hands one on with each look.
class Names {
 public:
  void add(StackNumber stack, NamedStack named) {
    stacks_[static_cast<u32>(stack)] = std::make_shared<const NamedStack>(std::move(named));
  }
  bool has(StackNumber stack) const { return stack == kWholeProcess || stacks_.count(static_cast<u32>(stack)) != 0; }
  const NamedStack& operator[](StackNumber stack) const {
    return stack == kWholeProcess ? whole_process() : *stacks_.at(static_cast<u32>(stack));
  }

  // Equal for stacks that are blamed on the same line of the same function, also of different builds.
  std::string place(StackNumber stack) const;

 private:
  static const NamedStack& whole_process();

  std::unordered_map<u32, std::shared_ptr<const NamedStack>> stacks_;
};

}  // namespace lw
