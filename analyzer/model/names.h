// SPDX-License-Identifier: Apache-2.0
// What stacks look like to a person. Filled in by whoever knows symbols; the model itself only compares them.
#pragma once

#include <initializer_list>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
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

// A list of frames. Stacks have most of theirs in common, and a frame with its names takes half a KiB: they are shared.
class NamedFrames {
  using Shared = std::shared_ptr<const NamedFrame>;

 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = NamedFrame;
    using difference_type = std::ptrdiff_t;
    using pointer = const NamedFrame*;
    using reference = const NamedFrame&;

    Iterator() = default;
    explicit Iterator(std::vector<Shared>::const_iterator at) : at_(at) {}
    reference operator*() const { return **at_; }
    pointer operator->() const { return at_->get(); }
    Iterator& operator++() { return ++at_, *this; }
    Iterator operator++(int) { return Iterator(at_++); }
    bool operator==(const Iterator&) const = default;

   private:
    std::vector<Shared>::const_iterator at_;
  };

  NamedFrames() = default;
  NamedFrames(std::initializer_list<NamedFrame> frames) {
    for (const NamedFrame& frame : frames) push_back(frame);
  }
  void push_back(NamedFrame frame) { frames_.push_back(std::make_shared<const NamedFrame>(std::move(frame))); }
  void append(const NamedFrames& more) { frames_.insert(frames_.end(), more.frames_.begin(), more.frames_.end()); }

  size_t size() const { return frames_.size(); }
  bool empty() const { return frames_.empty(); }
  const NamedFrame& operator[](size_t number) const { return *frames_[number]; }
  const NamedFrame& front() const { return *frames_.front(); }
  const NamedFrame& back() const { return *frames_.back(); }
  Iterator begin() const { return Iterator(frames_.begin()); }
  Iterator end() const { return Iterator(frames_.end()); }

 private:
  std::vector<Shared> frames_;
};

struct NamedStack {
  NamedFrames frames;  // innermost first
  size_t blamed = 0;   // the frame that is answerable for the allocation
  bool truncated = false;

  const NamedFrame& site() const { return frames[blamed]; }
};

class NamedCode;

// Of very many stacks. The frames of one are not kept with it: they stand in the code table, which must live as long,
// and their names are shared.
class Names {
 public:
  Names() = default;
  explicit Names(std::shared_ptr<const NamedCode> code) : code_(std::move(code)) {}

  // A stack whose frames all have names in `code`. `blamed` counts as in NamedStack.
  void add(StackNumber stack, const Stack& frames, size_t blamed) {
    stacks_[static_cast<u32>(stack)] = {frames.frames, static_cast<u32>(blamed), frames.truncated};
  }
  // One whose frames are in no code table.
  void add(StackNumber stack, NamedStack named) { whole_[static_cast<u32>(stack)] = std::move(named); }

  bool has(StackNumber stack) const;
  NamedStack operator[](StackNumber stack) const;
  // The blamed frame.
  const NamedFrame& site(StackNumber stack) const;

  // Equal for stacks that are blamed on the same line of the same function, also of different builds.
  std::string place(StackNumber stack) const;

 private:
  struct Blamed {
    std::span<const FrameNumber> frames;
    u32 blamed;
    bool truncated;
  };
  const NamedStack& whole(StackNumber stack) const;

  std::shared_ptr<const NamedCode> code_;
  std::unordered_map<u32, Blamed> stacks_;
  std::unordered_map<u32, NamedStack> whole_;
};

}  // namespace lw
