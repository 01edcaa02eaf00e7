// SPDX-License-Identifier: Apache-2.0
// The names of frames, each kept once however many stacks contain it: what views can afford that look at every stack.
// Filled in by whoever knows symbols, like names.h, which keeps whole stacks for the few that a verdict shows.
#pragma once

#include <vector>

#include "analyzer/model/names.h"

namespace lw {

class NamedCode {
 public:
  explicit NamedCode(u32 frame_count) : chains_(frame_count) {}

  // `chain`: the lines at one address, innermost first, more than one where functions were inlined; not empty.
  void name(FrameNumber frame, NamedFrames chain) { chains_[static_cast<u32>(frame)] = std::move(chain); }
  // Empty if the frame has no names yet.
  const NamedFrames& operator[](FrameNumber frame) const { return chains_[static_cast<u32>(frame)]; }

 private:
  std::vector<NamedFrames> chains_;
};

}  // namespace lw
