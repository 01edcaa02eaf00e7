// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/analyzer/simulated_service.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analyzer/model/load_profile.h"
#include "snapshot/weight.h"

namespace lw {
namespace {

constexpr u64 kText = 0x400000, kFirstSite = 0x1000, kCodeOfSite = 16;

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

SimulatedService::SimulatedService(u64 seed, u64 interval) : random_(seed), interval_(interval), widest_(interval) {}

u32 SimulatedService::add_site() {
  live_bytes_.push_back(0);
  return static_cast<u32>(live_bytes_.size()) - 1;
}

// A frame is the call, one byte before the return address.
u32 SimulatedService::site_at(u64 offset) { return static_cast<u32>((offset + 1 - kFirstSite) / kCodeOfSite); }

void SimulatedService::allocate(u32 site, f64 birth_s, u64 size, f64 death_s) {
  const f64 chance = inclusion_probability(size, interval_);
  if (death_s == kNever) live_bytes_[site] += static_cast<f64>(size);
  if (uniform() < chance) record(site, birth_s, size, death_s);
}

void SimulatedService::record(u32 site, f64 birth_s, u64 size, f64 death_s) {
  samples_.push_back({site, birth_s, death_s, size, interval_});
  now_s_ = kNever;
}

void SimulatedService::widen(f64 from_s, u64 interval) {
  widest_ = interval;
  widened_s_ = from_s;
  std::erase_if(samples_, [&](Sample& sample) {
    if (sample.birth_s < from_s) return false;
    const f64 before = inclusion_probability(sample.size, sample.interval);
    sample.interval = interval;
    return uniform() * before >= inclusion_probability(sample.size, interval);
  });
  now_s_ = kNever;
}

void SimulatedService::drop(f64 share) {
  std::erase_if(samples_, [&](const Sample& sample) {
    if (uniform() >= share) return false;
    ++drop_.count;
    drop_.bytes += weight_of(sample.size, sample.interval).bytes;
    return true;
  });
  now_s_ = kNever;
}

void SimulatedService::free_alive_at(f64 at_s, f64 share) {
  for (Sample& sample : samples_) {
    const bool alive = sample.birth_s <= at_s && sample.death_s > at_s;
    if (alive && uniform() < share) sample.death_s = at_s;
  }
  now_s_ = kNever;
}

u64 SimulatedService::immortal_samples(u32 site, f64 since_s) const {
  return static_cast<u64>(std::count_if(samples_.begin(), samples_.end(), [&](const Sample& sample) {
    return sample.site == site && sample.birth_s >= since_s && sample.death_s == kNever;
  }));
}

void SimulatedService::start_again() {
  by_birth_.resize(samples_.size());
  std::iota(by_birth_.begin(), by_birth_.end(), 0u);
  std::stable_sort(by_birth_.begin(), by_birth_.end(),
                   [&](u32 a, u32 b) { return samples_[a].birth_s < samples_[b].birth_s; });
  born_ = 0;
  alive_.clear();
  sites_.assign(live_bytes_.size(), {});
  for (size_t i = 0; i < sites_.size(); ++i) sites_[i].stack = i;
}

void SimulatedService::bear(const Sample& sample) {
  SnapshotSite& site = sites_[sample.site];
  const u64 birth_ns = nanoseconds(sample.birth_s);
  if (site.allocations.samples == 0) site.first_ns = birth_ns;
  site.last_ns = birth_ns;
  add_to(site.allocations, weight_of(sample.size, sample.interval));
}

void SimulatedService::bury(const Sample& sample) {
  SnapshotSite& site = sites_[sample.site];
  const Weight weight = weight_of(sample.size, sample.interval);
  add_to(site.frees, weight);
  const u32 bin = lifetime_bin(sample.death_s - sample.birth_s);
  auto place = std::lower_bound(site.lifetimes.begin(), site.lifetimes.end(), std::pair<u32, f64>{bin, 0});
  if (place == site.lifetimes.end() || place->first != bin) place = site.lifetimes.insert(place, {bin, 0});
  place->second += weight.count;
}

void SimulatedService::advance_to(f64 now_s) {
  if (!(now_s >= now_s_)) start_again();
  now_s_ = now_s;
  for (; born_ < by_birth_.size() && samples_[by_birth_[born_]].birth_s <= now_s; ++born_) {
    bear(samples_[by_birth_[born_]]);
    alive_.push_back(by_birth_[born_]);
  }
  std::erase_if(alive_, [&](u32 number) {
    if (samples_[number].death_s > now_s) return false;
    bury(samples_[number]);
    return true;
  });
}

Snapshot SimulatedService::snapshot(f64 now_s, DumpReason reason) {
  advance_to(now_s);
  Snapshot shot;
  shot.header.reason = reason;
  shot.header.sequence = sequence_++;
  shot.process.pid = 4711;
  shot.process.start_ticks = 1;
  shot.process.taken_ns = nanoseconds(now_s);
  shot.process.interval = now_s < widened_s_ ? interval_ : widest_;
  shot.process.name = "server";
  shot.process.executable = "/opt/server";
  shot.process.command = {"./server"};
  shot.mappings.push_back({kText, kText + 0x100000, 0, 0, 0, "build", "/opt/server"});
  for (u64 i = 0; i < live_bytes_.size(); ++i) {
    shot.stacks.push_back({0, 0, {kText + kFirstSite + kCodeOfSite * i, kText + 0x10}});
  }
  shot.sites = sites_;
  for (const u32 number : alive_) {
    const Sample& sample = samples_[number];
    const u64 birth_us = nanoseconds(sample.birth_s) / 1000;
    shot.live.push_back({0x10000 + 4096 * shot.live.size(), sample.size, birth_us, birth_us, sample.interval,
                         sample.site, 0, 0, AllocKind::kMalloc, 0});
  }
  if (drop_.count > 0) shot.drops.push_back(drop_);
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
