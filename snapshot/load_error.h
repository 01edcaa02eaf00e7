// SPDX-License-Identifier: Apache-2.0
// What a reader says about a file it could not use, or not all of.
#pragma once

#include <string>

#include "snapshot/layout.h"

namespace lw {

inline constexpr u64 kWholeFile = ~u64{0};  // the offset of what is wrong with a file as such: missing, a directory

struct LoadError {
  std::string file;
  u64 offset = 0;      // first byte that cannot be trusted, or kWholeFile
  std::string reason;  // "the LIVE section ends 812 bytes early"

  // "leakwatch.redis.12.3.lws, offset 4711: the LIVE section ends 812 bytes early"
  std::string sentence() const;
};

}  // namespace lw
