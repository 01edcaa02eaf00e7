// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/usable_size.h"

namespace lw {
namespace {

// A chunk is the block and 8 bytes in front of it, rounded up to 16 and at least 32 (glibc's malloc/malloc.c,
// request2size). Above the threshold it depends on what was freed before whether it is mapped.
u64 in_glibc(u64 size) {
  if (size >= kGlibcMaps) return 0;
  const u64 usable = ((size + 8 + 15) & ~u64{15}) - 8;
  return usable < 24 ? 24 : usable;
}

}  // namespace

u64 ordinary_usable_size(u64 size) {
  switch (g_neighbour) {
    case Neighbour::kGlibc:
      return in_glibc(size);
    case Neighbour::kJemalloc:
    case Neighbour::kTcmalloc:
      return g_next.nallocx != nullptr ? g_next.nallocx(size != 0 ? size : 1, 0) : 0;
    case Neighbour::kMimalloc:
      return g_next.mi_good_size != nullptr ? g_next.mi_good_size(size) : 0;
    case Neighbour::kTcmallocDebug:
    case Neighbour::kUnknown:
      break;
  }
  return 0;
}

}  // namespace lw
