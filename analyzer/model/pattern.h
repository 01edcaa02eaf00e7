// SPDX-License-Identifier: Apache-2.0
// How a site's memory moves, in a word.
#pragma once

#include "analyzer/model/shape.h"

namespace lw {

enum class Pattern : u8 {
  kNone,          // nothing survives, or too little to tell
  kSteady,        // at a constant rate, by the clock or by the work done
  kSteps,         // a heap at a time
  kAccelerating,  // ever faster
  kSaturating,    // ever slower: a warm-up
  kOneOff,        // in one stretch of time, which is over
  kWithLoad,      // with the highest load so far
  kPeriodic,      // up and down
};

const char* pattern_word(Pattern pattern);

// Of a shape that has been weighed. Of one that grows, how it does.
Pattern pattern_of(const Shape& shape);

}  // namespace lw
