// SPDX-License-Identifier: Apache-2.0
// A thread's countdown: how many bytes may still be allocated before the next one is chosen, and how many calls have
// come so far, in one word. An allocation then takes its bytes and its call off in one instruction and writes to memory
// once. Stores are what an allocation pays most dearly: where the program's own stores miss the caches, each one more
// waits in line behind them (2 ns each in `churn`, docs/overhead.md).
//
//   word = bytes left × kUnitsOfByte + calls left
//
// A new word has all its calls and at most kLongestPiece bytes. A call of any bytes at all takes at least one of them,
// so the bytes are used up before the calls. Only calls for no bytes could use up the calls: sixteen million of them in
// a row would count as one byte and no calls.
//
// The unit is no power of two, because the product of a size and the unit is taken modulo 2^64: a request of 2^40 bytes
// times 2^24 would look like one of nothing. With the two lower bits every power of two from 2^24 on, and all that come
// near one, give more than any word holds (tests/unit/sampling/traps_test.cc).
#pragma once

#include "snapshot/layout.h"

namespace lw {

inline constexpr i64 kUnitsOfByte = (i64{1} << 24) + (i64{1} << 12) + 1;
inline constexpr i64 kAllCalls = kUnitsOfByte - 1;
inline constexpr u64 kLongestPiece = u64{1} << 24;  // bytes

// Used up: the next call takes the slow path, whatever its size. All-zero memory says so, too.
inline constexpr i64 kUsedUp = 0;

constexpr i64 countdown_of(u64 bytes) { return static_cast<i64>(bytes) * kUnitsOfByte + kAllCalls; }

// Not for sampling, only for counting: 128 GiB, in code that is muted and in a process that is not watched.
inline constexpr i64 kNeverSample = countdown_of(u64{1} << 37);

struct Left {
  i64 bytes;
  i64 calls;
};

// Between the hot path and give_back() (cold/admission.h) a countdown is less than nothing. Then it matters whether it
// had been drawn, with all its calls, or was used up before, as in exact mode: then it had none.
constexpr Left left_of(i64 countdown, bool drawn) {
  if (countdown >= 0 || !drawn) return {countdown / kUnitsOfByte, countdown % kUnitsOfByte};
  const i64 bytes = -((kAllCalls - countdown) / kUnitsOfByte);
  return {bytes, countdown - bytes * kUnitsOfByte};
}

// What a call for `size` bytes takes off, modulo 2^64.
constexpr u64 units_of(u64 size) { return size * static_cast<u64>(kUnitsOfByte) + 1; }

}  // namespace lw
