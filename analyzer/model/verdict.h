// SPDX-License-Identifier: Apache-2.0
// The words of the answer, in one table.
#pragma once

#include <span>

#include "snapshot/layout.h"

namespace lw {

enum class Verdict : u8 {
  kLost,
  kGrowing,
  kThread,
  kMismatch,
  kFragmentation,
  kResidue,
  kChurn,
  kUnfreed,
  kUnknown,
  kWarming,
  kPeriodic,
  kSteady,
};

struct VerdictWords {
  Verdict verdict;
  const char* word;     // in every output
  bool leak;            // a person must act, or memory runs out
  bool finding;         // worth a card in the report; the others are healthy, or wait
  const char* meaning;  // completes "memory allocated here …"
  const char* advice;   // what the program's owner does
};

// In the order of urgency: the first row is looked at first.
std::span<const VerdictWords> all_verdicts();
const VerdictWords& words_of(Verdict verdict);

}  // namespace lw
