// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/names.h"

#include <stdexcept>

#include "analyzer/model/named_code.h"

namespace lw {
namespace {

const NamedStack& whole_process() {
  static const NamedStack stack = [] {
    NamedFrame frame;
    frame.function = "(the whole process)";
    return NamedStack{{frame}, 0, false};
  }();
  return stack;
}

}  // namespace

const NamedStack& Names::whole(StackNumber stack) const {
  return stack == kWholeProcess ? whole_process() : whole_.at(static_cast<u32>(stack));
}

bool Names::has(StackNumber stack) const {
  const u32 number = static_cast<u32>(stack);
  return stack == kWholeProcess || stacks_.count(number) != 0 || whole_.count(number) != 0;
}

NamedStack Names::operator[](StackNumber stack) const {
  const auto found = stacks_.find(static_cast<u32>(stack));
  if (found == stacks_.end()) return whole(stack);
  const Blamed& blamed = found->second;
  NamedStack named;
  for (const FrameNumber frame : blamed.frames) named.frames.append((*code_)[frame]);
  named.blamed = blamed.blamed;
  named.truncated = blamed.truncated;
  return named;
}

const NamedFrame& Names::site(StackNumber stack) const {
  const auto found = stacks_.find(static_cast<u32>(stack));
  if (found == stacks_.end()) return whole(stack).site();
  size_t left = found->second.blamed;
  for (const FrameNumber frame : found->second.frames) {
    const NamedFrames& chain = (*code_)[frame];
    if (left < chain.size()) return chain[left];
    left -= chain.size();
  }
  throw std::out_of_range("the blamed frame is not on its stack");
}

std::string Names::place(StackNumber stack) const {
  const NamedFrame& frame = site(stack);
  return frame.function + '\n' + frame.file + '\n' + std::to_string(frame.line) + '\n' + frame.module;
}

}  // namespace lw
