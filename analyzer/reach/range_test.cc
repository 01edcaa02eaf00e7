// SPDX-License-Identifier: Apache-2.0
#include "analyzer/reach/range_test.h"

#include <immintrin.h>

#include <array>

namespace lw {
namespace {

// By a mask of eight bits: the numbers of those that are set, a byte each.
constexpr std::array<u64, 256> numbers_of_bits() {
  std::array<u64, 256> numbers{};
  for (u64 mask = 0; mask < 256; ++mask) {
    for (u64 bit = 0, found = 0; bit < 8; ++bit) {
      if ((mask >> bit & 1) != 0) numbers[mask] |= bit << 8 * found++;
    }
  }
  return numbers;
}

constexpr std::array<u64, 256> kNumbersOfBits = numbers_of_bits();

#define LW_AVX2 __attribute__((target("avx2,popcnt")))

// A bit for each of four words that is in range. Addresses and their differences fit in 48 bits: signed comparisons do.
LW_AVX2 inline u32 four_in_range(const u64* words, __m256i low, __m256i span) {
  const __m256i mask = _mm256_set1_epi64x(static_cast<i64>(kPointerMask));
  const __m256i word = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(words));
  const __m256i above = _mm256_sub_epi64(_mm256_and_si256(word, mask), low);
  const __m256i outside =
      _mm256_or_si256(_mm256_cmpgt_epi64(_mm256_setzero_si256(), above), _mm256_cmpgt_epi64(above, span));
  return static_cast<u32>(_mm256_movemask_pd(_mm256_castsi256_pd(outside))) ^ 15;
}

LW_AVX2 u32 words_in_range_avx2(const u64* words, u32 count, u64 low, u64 span, u16* numbers) {
  const __m256i lows = _mm256_set1_epi64x(static_cast<i64>(low)), spans = _mm256_set1_epi64x(static_cast<i64>(span));
  u32 found = 0, at = 0;
  for (; at + 8 <= count; at += 8) {
    const u32 bits = four_in_range(words + at, lows, spans) | four_in_range(words + at + 4, lows, spans) << 4;
    // All eight are written, of which those count that are set: there is room, since found <= at.
    const __m128i within = _mm_cvtepu8_epi16(_mm_cvtsi64_si128(static_cast<i64>(kNumbersOfBits[bits])));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(numbers + found),
                     _mm_add_epi16(within, _mm_set1_epi16(static_cast<short>(at))));
    found += static_cast<u32>(__builtin_popcount(bits));
  }
  for (; at < count; ++at) {
    numbers[found] = static_cast<u16>(at);
    found += (words[at] & kPointerMask) - low <= span;
  }
  return found;
}

}  // namespace

RangeTest widest_range_test() {
  const bool wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
  return wide ? words_in_range_avx2 : words_in_range;
}

}  // namespace lw
