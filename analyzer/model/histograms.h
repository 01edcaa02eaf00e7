// SPDX-License-Identifier: Apache-2.0
// Blocks by their size, and by the age they reach. Both in doubling bins.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "analyzer/model/measure.h"

namespace lw {

using SiteOfProcess = std::pair<const Process*, const Assessment*>;

// Live blocks of at least `from` bytes and less than twice as many; `from` is 0 for those of no bytes.
struct SizeBin {
  u64 from = 0;
  Estimate bytes, count;
  u64 samples = 0;
};

// Without empty bins at both ends.
std::vector<SizeBin> size_histogram(std::span<const SiteOfProcess> sites);

// Blocks that died at an age of at least `from_s` and less than the next bin's, and blocks that have reached such an
// age and live.
struct LifetimeBin {
  f64 from_s = 0;
  Estimate freed, alive;  // blocks
  f64 outlive = 1;        // the share of all blocks that reaches the age `from_s`
};

// Without empty bins at both ends. The error of a bin of freed blocks supposes that its samples weigh as much as the
// average of all freed samples of the site: the histogram does not keep them apart. `outlive` is the product-limit
// estimate (Kaplan and Meier 1958): blocks that live have only been watched up to their present age.
std::vector<LifetimeBin> lifetime_histogram(std::span<const SiteOfProcess> sites);

}  // namespace lw
