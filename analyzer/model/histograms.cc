// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/histograms.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace lw {
namespace {

constexpr size_t kSizeBins = 65;  // 0, 1, 2–3, 4–7 …

template <class Visit>
void for_each_birth(const SiteOfProcess& site, Visit visit) {
  const Subject subject{site.first, &judged_live_set(*site.first, *site.second), site.second->series};
  for (const Birth& birth : births_of(subject)) visit(birth, subject.now_s() - birth.at_s);
}

u32 bin_of_age(f64 age_s) {
  u32 bin = 0;
  while (bin + 1 < kLifetimeBins && bin_start_s(bin + 1) <= age_s) ++bin;
  return bin;
}

template <class Bin, class Empty>
void drop_empty_ends(std::vector<Bin>& bins, Empty empty) {
  while (!bins.empty() && empty(bins.back())) bins.pop_back();
  const auto first = std::find_if_not(bins.begin(), bins.end(), empty);
  bins.erase(bins.begin(), first);
}

struct AgeSums {
  SampledSum freed, alive;
};

// The mean weight of a freed sample of the site is the variance that a bin has per block.
void add_deaths(const SiteOfProcess& site, std::array<AgeSums, kLifetimeBins>& sums) {
  const auto& [process, assessment] = site;
  const Deaths deaths = deaths_of(Subject{process, &judged_live_set(*process, *assessment), assessment->series});
  const Tally& freed = assessment->freed;
  if (freed.samples == 0 || freed.count <= 0) return;
  const f64 variance_per_block = static_cast<f64>(freed.count_variance) / freed.count;
  const f64 samples_per_block = freed.samples / freed.count;
  for (size_t bin = 0; bin < sums.size(); ++bin) {
    if (deaths[bin] <= 0) continue;
    const u64 samples = std::max<u64>(1, static_cast<u64>(std::llround(deaths[bin] * samples_per_block)));
    sums[bin].freed += {.value = deaths[bin], .variance = deaths[bin] * variance_per_block, .samples = samples};
  }
}

}  // namespace

std::vector<SizeBin> size_histogram(std::span<const SiteOfProcess> sites) {
  std::array<SampledSum, kSizeBins> bytes{}, count{};
  for (const SiteOfProcess& site : sites) {
    for_each_birth(site, [&](const Birth& birth, f64) {
      const size_t bin = static_cast<size_t>(std::bit_width(static_cast<u64>(birth.size)));
      bytes[bin].add(birth.weight.bytes, birth.weight.bytes_variance, birth.size);
      count[bin].add(birth.weight.count, birth.weight.count_variance, 1);
    });
  }
  std::vector<SizeBin> bins;
  for (size_t bin = 0; bin < kSizeBins; ++bin) {
    bins.push_back({bin == 0 ? 0 : u64{1} << (bin - 1), estimate_of(bytes[bin], 0), estimate_of(count[bin], 0),
                    count[bin].samples});
  }
  drop_empty_ends(bins, [](const SizeBin& bin) { return bin.samples == 0; });
  return bins;
}

std::vector<LifetimeBin> lifetime_histogram(std::span<const SiteOfProcess> sites) {
  std::array<AgeSums, kLifetimeBins> sums{};
  f64 reached = 0;  // an age: freed later, or alive and older
  for (const SiteOfProcess& site : sites) {
    add_deaths(site, sums);
    for_each_birth(site, [&](const Birth& birth, f64 age_s) {
      sums[bin_of_age(age_s)].alive.add(birth.weight.count, birth.weight.count_variance, 1);
    });
  }
  for (const AgeSums& bin : sums) reached += bin.freed.value + bin.alive.value;

  std::vector<LifetimeBin> bins;
  f64 outlive = 1;
  for (u32 bin = 0; bin < kLifetimeBins; ++bin) {
    const AgeSums& here = sums[bin];
    bins.push_back({bin_start_s(bin), estimate_of(here.freed, 0), estimate_of(here.alive, 0), outlive});
    // Those alive leave in the middle of the bin, as far as anybody knows.
    const f64 at_risk = reached - here.alive.value / 2;
    if (at_risk > 0) outlive *= std::max(0.0, 1 - here.freed.value / at_risk);
    reached -= here.freed.value + here.alive.value;
  }
  drop_empty_ends(bins, [](const LifetimeBin& bin) { return bin.freed.value <= 0 && bin.alive.value <= 0; });
  return bins;
}

}  // namespace lw
