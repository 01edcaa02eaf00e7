// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/drops_text.h"

#include <algorithm>

namespace lw {

std::string why_not_followed(const Process& process) {
  const auto less = [](const Drop& a, const Drop& b) { return a.bytes < b.bytes; };
  const auto most = std::max_element(process.drops.begin(), process.drops.end(), less);
  const auto is = [&](DropReason reason) {
    return most != process.drops.end() && most->reason == drop_reason_name(reason);
  };
  if (is(DropReason::kMissedFree)) {
    return "was given back in ways that leakwatch does not see (another free than the program's, a system call): until "
           "its addresses came again it seemed to be alive";
  }
  if (is(DropReason::kMuted)) return "came while leakwatch itself was at work, in signal handlers for the most part";
  if (is(DropReason::kUnplaced)) return "could not be followed, for want of memory to place the samples in";
  if (is(DropReason::kNoThreadSlot)) return "could not be followed: more threads ran than can be watched";
  if (is(DropReason::kRegionsFull))
    return "could not be followed: more regions were mapped at a time than can be watched";
  return "could not be followed; raise LEAKWATCH_MEMORY";
}

}  // namespace lw
