// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/unfinished_search.h"

namespace lw {

std::string why_unfinished(u32 flags) {
  if ((flags & kReachTooLarge) != 0)
    return "it would have paused the program for longer than LEAKWATCH_REACH_PAUSE allows";
  if ((flags & kReachCopied) != 0)
    return "the program had to copy more pages meanwhile than LEAKWATCH_REACH_COPY allows";
  return (flags & kReachCutShort) != 0 ? "its time ran out" : "";
}

}  // namespace lw
