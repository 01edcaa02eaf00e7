// SPDX-License-Identifier: Apache-2.0
// Live state → snapshot bytes. A pure function over the mapped live file: allocates nothing, locks nothing,
// calls nothing but the sink, so it may run in a signal handler, at exit, or in another process.
#pragma once

#include "snapshot/layout.h"
#include "snapshot/live_layout.h"

namespace lw {

// Where the bytes go. Both functions return 0, or an errno value that encode_snapshot hands back at once.
struct ByteSink {
  void* self;
  int (*append)(void* self, const void* bytes, u64 length);
  int (*patch)(void* self, u64 offset, const void* bytes, u64 length);  // overwrite what was appended earlier
};

struct EncodeRequest {
  DumpReason reason;
  u64 now_ns;  // CLOCK_MONOTONIC
  u64 taken_unix_ns;
  u64 sequence;
};

// Bytes of scratch the caller must lend; contents do not matter before or after.
inline constexpr u64 kEncodeScratchBytes = 64 << 10;

// A live file whose header has been checked: every table lies inside [base, base + bytes).
struct LiveView {
  const u8* base;
  u64 bytes;

  const LiveHeader& header() const { return *reinterpret_cast<const LiveHeader*>(base); }
};

// nullptr if `base` holds a live file of this version that can be read without leaving its bytes; otherwise a
// sentence for a person ("is 100 bytes long, a live file has at least 8192"), a string constant.
const char* check_live(const void* base, u64 bytes);

// Precondition: check_live() said nullptr. Returns 0 or what the sink returned.
int encode_snapshot(const LiveView& live, const EncodeRequest& request, u8* scratch, ByteSink sink);

}  // namespace lw
