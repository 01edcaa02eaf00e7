// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/verdict.h"

namespace lw {
namespace {

constexpr VerdictWords kVerdicts[] = {
    {Verdict::kLost, "lost", true, true, "has no pointer left to it", "Free it before the last pointer goes."},
    {Verdict::kGrowing, "growing", true, true, "is kept, and more is added all the time",
     "Bound what is kept here or let it expire; or free it, if nobody needs it any more."},
    {Verdict::kThread, "thread", true, true, "belongs to threads that never end",
     "Join the threads, or bound their number."},
    {Verdict::kMismatch, "mismatch", false, true, "is freed through the wrong function",
     "Free it the way it was allocated: malloc and free, new and delete, new[] and delete[]."},
    {Verdict::kFragmentation, "fragmentation", false, true, "leaves the allocator with pages it cannot give back",
     "Change block sizes, arenas or the allocator."},
    {Verdict::kResidue, "residue", false, true, "stays reserved although its content has gone",
     "Shrink it when it is emptied, or reserve less."},
    {Verdict::kChurn, "churn", false, true, "is allocated and freed at a high rate", "Reuse it, or allocate in bulk."},
    {Verdict::kUnfreed, "unfreed", false, true, "was still alive when the process ended",
     "Usually nothing: the system takes it back."},
    {Verdict::kUnknown, "unknown", false, false, "has too few samples to tell", "Wait, or sample more densely."},
    {Verdict::kWarming, "warming", false, false, "grows ever more slowly, as a warm-up does", "Nothing."},
    {Verdict::kPeriodic, "periodic", false, false, "rises and falls", "Nothing."},
    {Verdict::kSteady, "steady", false, false, "does not grow", "Nothing."},
};

constexpr bool in_order_of_the_enum() {
  for (size_t i = 0; i < std::size(kVerdicts); ++i) {
    if (kVerdicts[i].verdict != static_cast<Verdict>(i)) return false;
  }
  return std::size(kVerdicts) == static_cast<u8>(Verdict::kSteady) + 1;
}
static_assert(in_order_of_the_enum());

}  // namespace

std::span<const VerdictWords> all_verdicts() { return kVerdicts; }

const VerdictWords& words_of(Verdict verdict) { return kVerdicts[static_cast<u8>(verdict)]; }

}  // namespace lw
