// SPDX-License-Identifier: Apache-2.0
// What `leakwatch selftest` compares its estimates with: a file in which libleakwatch_selftest.so keeps account of what
// it leaks on purpose, mapped by every process that it is loaded into, and read by the command when all is over.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// One program image. Written by its own process only.
struct Truth {
  u32 pid;  // 0 = not in use
  u32 reserved;
  u64 start_unix_ns;  // of its snapshots, which tells the images of one process apart; 0: no sample was ever taken
  u64 blocks;
  u64 bytes;     // as asked for
  u64 leaky_ns;  // from the first leaked block to the last
};
static_assert(sizeof(Truth) == 40);

inline constexpr u32 kMostTruths = 1000;  // images beyond leak nothing

struct TruthFile {
  u64 used;  // entries handed out; may exceed kMostTruths: clamp
  Truth entries[kMostTruths];
};

// The variable that tells the library how much to leak and where to write it down: BYTES_PER_SECOND:PATH.
inline constexpr char kSelftestVariable[] = "LEAKWATCH_SELFTEST";
inline constexpr char kSelftestLibrary[] = "libleakwatch_selftest.so";

// However long the program runs, no more is leaked than this.
inline constexpr u64 kMostLeakedBytes = 256 << 20;

}  // namespace lw
