// SPDX-License-Identifier: Apache-2.0
// The way to an allocation in a form that outlives a build: lines move, functions get inlined or another parameter, a
// frame appears in the middle. What is left is the sequence of functions, from the blamed one outwards.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/names.h"

namespace lw {

// Names of functions, innermost first: without parameter lists, without frames that only pass calls on (allocator, C++
// library, main and what is around it) or have no name, a recursion's frames once, at most kLongestPath of them.
using CallPath = std::vector<std::string>;

inline constexpr size_t kLongestPath = 12;

// "Cache::put(Request const&) const" → "Cache::put"; template arguments stay.
std::string without_parameters(std::string_view function);

CallPath call_path_of(const NamedStack& stack);

// Share of functions that two paths have in common, in the same order: 2 × longest common subsequence / both lengths
// (Dice 1945). 0 for an empty path.
f64 similarity(const CallPath& a, const CallPath& b);

// From this similarity on, two paths of which each is found on one side only are taken for the same one, changed.
inline constexpr f64 kSimilarPath = 0.6;

// A function that was inlined, or taken out of another, is looked for so many frames further out.
inline constexpr size_t kInliningReach = 3;

}  // namespace lw
