// SPDX-License-Identifier: Apache-2.0
// Numbers of a snapshot: seven bits a byte, low bits first, the top bit says "more follows" (unsigned LEB128).
// Signed differences go through zigzag, so that small ones of either sign stay short.
#pragma once

#include "snapshot/layout.h"

namespace lw {

inline constexpr u32 kVarintBytes = 10;  // 64 bits, seven at a time

// Writes 1..kVarintBytes bytes and returns their end.
inline u8* put_varint(u8* out, u64 value) {
  while (value >= 0x80) {
    *out++ = static_cast<u8>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<u8>(value);
  return out;
}

// Returns the first byte behind the number, or nullptr if [at, end) holds none that fits into 64 bits.
inline const u8* get_varint(const u8* at, const u8* end, u64* value) {
  u64 sum = 0;
  for (u32 shift = 0; shift < 7 * kVarintBytes && at < end; shift += 7) {
    const u8 byte = *at++;
    if (shift == 63 && byte > 1) {
      return nullptr;
    }
    sum |= static_cast<u64>(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *value = sum;
      return at;
    }
  }
  return nullptr;
}

// A difference is taken modulo 2^64 and read as signed: a + unzigzag(zigzag(b - a)) is b for all a and b.
inline u64 zigzag(u64 difference) { return (difference << 1) ^ (0 - (difference >> 63)); }
inline u64 unzigzag(u64 coded) { return (coded >> 1) ^ (0 - (coded & 1)); }

}  // namespace lw
