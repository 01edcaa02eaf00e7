// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/analyzer/simulated_service.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "analyzer/model/load_profile.h"
#include "snapshot/weight.h"

namespace lw {
namespace {

constexpr u64 kText = 0x400000;

u64 nanoseconds(f64 s) { return static_cast<u64>(s * 1e9); }

void add_to(Sums& sums, const Weight& weight) {
  ++sums.samples;
  sums.count += weight.count;
  sums.bytes += weight.bytes;
  sums.count_variance += weight.count_variance;
  sums.bytes_variance += weight.bytes_variance;
}

u32 lifetime_bin(f64 s) {
  const int log2 = s > 0 ? std::ilogb(s * 1e9) : 0;
  return static_cast<u32>(
      std::clamp(log2 - static_cast<int>(kLifetimeFirstLog2), 0, static_cast<int>(kLifetimeBins) - 1));
}

}  // namespace

SimulatedService::SimulatedService(u64 seed, u64 interval) : random_(seed), interval_(interval) {}

u32 SimulatedService::add_site() {
  live_bytes_.push_back(0);
  return static_cast<u32>(live_bytes_.size()) - 1;
}

void SimulatedService::allocate(u32 site, f64 birth_s, u64 size, f64 death_s) {
  if (death_s == kNever) live_bytes_[site] += static_cast<f64>(size);
  const f64 chance = inclusion_probability(size, interval_);
  if (uniform() < chance) samples_.push_back({site, birth_s, death_s, size});
}

Snapshot SimulatedService::snapshot(f64 now_s, DumpReason reason) {
  Snapshot shot;
  shot.header.reason = reason;
  shot.header.sequence = sequence_++;
  shot.process.pid = 4711;
  shot.process.start_ticks = 1;
  shot.process.taken_ns = nanoseconds(now_s);
  shot.process.interval = interval_;
  shot.process.name = "server";
  shot.process.executable = "/opt/server";
  shot.process.command = {"./server"};
  shot.mappings.push_back({kText, kText + 0x100000, 0, 0, 0, "build", "/opt/server"});

  for (u64 i = 0; i < live_bytes_.size(); ++i) {
    shot.stacks.push_back({0, 0, {kText + 0x1000 + 16 * i, kText + 0x10}});
    shot.sites.push_back({});
    shot.sites.back().stack = i;
  }
  std::map<std::pair<u32, u32>, f64> lifetimes;
  for (const Sample& sample : samples_) {
    if (sample.birth_s > now_s) continue;
    SnapshotSite& site = shot.sites[sample.site];
    const Weight weight = weight_of(sample.size, interval_);
    const u64 birth_ns = nanoseconds(sample.birth_s);
    site.first_ns = site.allocations.samples == 0 ? birth_ns : std::min(site.first_ns, birth_ns);
    site.last_ns = std::max(site.last_ns, birth_ns);
    add_to(site.allocations, weight);
    if (sample.death_s <= now_s) {
      add_to(site.frees, weight);
      lifetimes[{sample.site, lifetime_bin(sample.death_s - sample.birth_s)}] += weight.count;
    } else {
      const u64 birth_us = birth_ns / 1000;
      shot.live.push_back({0x10000 + 4096 * shot.live.size(), sample.size, birth_us, birth_us, interval_, sample.site,
                           0, 0, AllocKind::kMalloc, 0});
    }
  }
  for (const auto& [key, count] : lifetimes) shot.sites[key.first].lifetimes.emplace_back(key.second, count);
  return shot;
}

Observation SimulatedService::observe(f64 now_s, int count, DumpReason last) {
  ProfileLoader loader;
  for (int i = 1; i <= count; ++i) {
    loader.add(snapshot(now_s * i / count, i == count ? last : DumpReason::kPeriod));
  }
  return loader.finish();
}

}  // namespace lw
