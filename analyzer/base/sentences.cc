// SPDX-License-Identifier: Apache-2.0
#include "analyzer/base/sentences.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace lw {
namespace {

// How many letters must be changed, added or left out to make one word of the other (Levenshtein).
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] != b[j - 1] ? 1 : 0);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

void complain(std::string_view sentence) {
  std::fprintf(stderr, "leakwatch: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  size_t least = std::max<size_t>(1, word.size() / 2);
  for (const std::string_view candidate : candidates) {
    const size_t d = distance(word, candidate);
    if (d <= least && (best.empty() || d < least)) {
      best = candidate;
      least = d;
    }
  }
  return best;
}

}  // namespace lw
