// SPDX-License-Identifier: Apache-2.0
// The stacks of an observation as views show them: named, filtered, each with its part of one measure.
//
//   place  what a view treats as one thing: a function, a line, a file or an object, as the grain says
//   self   what a place is itself answerable for: it stands innermost
//
// Filters have pprof's meaning (google/pprof, profile/filter.go). An expression is looked for in the function's name,
// its source file and the path of its object. `focus` keeps stacks in which some frame matches, `ignore` drops them;
// `hide` takes matching frames out of stacks, `show` all others, and a stack that has none left is dropped. A frame
// whose object matches is taken as matching with all that was inlined into it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyzer/model/expression.h"
#include "analyzer/model/measure.h"
#include "analyzer/model/named_code.h"
#include "analyzer/model/report.h"

namespace lw {

enum class Grain : u8 { kFunction, kLine, kFile, kModule };

struct StackFilter {
  Expression focus, ignore, hide, show;
  Expression module;  // keeps stacks that lead through such an object
  Grain grain = Grain::kFunction;
  // The innermost frames of most stacks belong to the allocator, libc, the C++ library and declared wrappers, which
  // are answerable for nothing: they are left out, unless a stack has no others.
  bool with_wrappers = false;
};

struct Place {
  std::string name;    // of the function, file or object; readable, never empty
  std::string file;    // empty if unknown, or of no matter at this grain
  u32 line = 0;        // 0 if unknown, or of no matter
  std::string module;  // file name of the object
};

struct ViewStack {
  u32 first, last;  // its frames: StackView::frames[first … last)
  SampledSum amount;
  const Process* process;
  const Assessment* site;
};

struct StackView {
  const Measure* measure = nullptr;
  f64 unseen = 0;             // as in estimate.h
  std::vector<Place> places;  // frames are numbers in here
  std::vector<u32> frames;    // innermost first
  std::vector<ViewStack> stacks;
  SampledSum all;       // of every site, whatever the filter says
  size_t left_out = 0;  // stacks that the filter dropped

  std::span<const u32> frames_of(const ViewStack& stack) const {
    return std::span(frames).subspan(stack.first, stack.last - stack.first);
  }
  // Of several stacks together. Lifetimes do not add up: there the histograms are laid together.
  Estimate estimate(std::span<const u32> stack_numbers) const;
  Estimate estimate(const SampledSum& amount) const { return estimate_of(*measure, amount, unseen); }
};

// Of all processes of the report together. Frames of every site must have names.
StackView stack_view(const Observation& observation, const Report& report, const NamedCode& names,
                     const Measure& measure, const StackFilter& filter);

}  // namespace lw
