// SPDX-License-Identifier: Apache-2.0
#include "analyzer/reach/changed_pages.h"

#include <algorithm>
#include <iterator>

#include "snapshot/hash.h"

namespace lw {
namespace {

constexpr u64 kPage = 4096;
constexpr u64 kPagesAtOnce = 64;

}  // namespace

Fingerprints fingerprints_of(ProcessMemory& memory, const std::vector<Range>& ranges) {
  Fingerprints prints;
  std::vector<u8> buffer(kPage * kPagesAtOnce);
  for (const Range& range : ranges) {
    const u64 end = (range.end + kPage - 1) & ~(kPage - 1);
    for (u64 at = range.start & ~(kPage - 1); at < end;) {
      at = memory.present(at, end);
      if (at >= end) break;
      const u64 got = memory.read(at, buffer.data(), std::min<u64>(buffer.size(), end - at)) & ~(kPage - 1);
      for (u64 i = 0; i < got; i += kPage) prints.push_back({at + i, hash64(buffer.data() + i, kPage)});
      at += std::max(got, kPage);
    }
  }
  std::sort(prints.begin(), prints.end());
  prints.erase(std::unique(prints.begin(), prints.end()), prints.end());
  return prints;
}

std::vector<u64> changed_pages(const Fingerprints& before, const Fingerprints& after) {
  Fingerprints differing;
  std::set_symmetric_difference(before.begin(), before.end(), after.begin(), after.end(),
                                std::back_inserter(differing));
  std::vector<u64> pages;
  for (const auto& [page, hash] : differing) {
    if (pages.empty() || pages.back() != page) pages.push_back(page);
  }
  return pages;
}

}  // namespace lw
