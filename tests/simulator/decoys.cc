// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <list>
#include <unordered_map>

#include "tests/simulator/behaviours.h"

namespace lw::simulator {
namespace {

// Times of life follow one of three laws with the same mean.
Stage::Life lives(Stage& stage, f64 mean) {
  switch (stage.whole(0, 2)) {
    case 0:
      return [&stage, mean](f64 birth) { return birth + stage.service.exponential(mean); };
    case 1:
      return [mean](f64 birth) { return birth + mean; };
    default:
      return [&stage, mean](f64 birth) { return birth + mean * std::exp(stage.normal() - 0.5); };
  }
}

void churn(Stage& stage, u32 site, f64 samples) {
  stage.births(site, 10 * samples, stage.some_size(), stage.with_load(), lives(stage, stage.log_uniform(1e-6, 0.01)));
}

// First in, first out, or a random one out; full after a while.
void cache_at_capacity(Stage& stage, u32 site, f64 samples) {
  const f64 full = stage.log_uniform(0.02, 0.7);
  const bool random_eviction = stage.chance(0.5);
  stage.births(site, samples / full, stage.some_size(), stage.any_time(), [&, full](f64 birth) {
    return random_eviction ? std::max(birth, full) + stage.service.exponential(full) : birth + full;
  });
}

// Keys by Zipf's law: the popular ones stay for ever, the others come and go.
void lru(Stage& stage, u32 site, f64 samples) {
  const u64 size = stage.some_size();
  const auto capacity = static_cast<size_t>(std::clamp(4 * samples, 100.0, 2000.0));
  const f64 keys = stage.log_uniform(3, 30) * static_cast<f64>(capacity), accesses = stage.log_uniform(10, 40);
  const f64 skew = stage.uniform(0.6, 1.1);
  struct Entry {
    u64 key;
    f64 birth;
  };
  std::list<Entry> entries;
  std::unordered_map<u64, std::list<Entry>::iterator> index;
  // Every block of the cache is a sample with the chance that makes `samples` of them alive at a time.
  const f64 chance = std::min(1.0, samples / static_cast<f64>(capacity));
  const auto steps = static_cast<u64>(accesses * static_cast<f64>(capacity));
  const auto leave = [&](const Entry& entry, f64 death) {
    if (stage.chance(chance)) stage.service.record(site, entry.birth * stage.run_s, size, death * stage.run_s);
  };
  for (u64 i = 0; i < steps; ++i) {
    const f64 at = (static_cast<f64>(i) + 0.5) / static_cast<f64>(steps), u = stage.uniform();
    // The inverse of the continuous Zipf distribution over 1 … keys.
    const f64 a = 1 - skew;
    const f64 rank = std::fabs(a) < 1e-3 ? std::pow(keys, u) : std::pow(1 + u * (std::pow(keys, a) - 1), 1 / a);
    const auto key = static_cast<u64>(rank);
    if (const auto found = index.find(key); found != index.end()) {
      entries.splice(entries.begin(), entries, found->second);
      continue;
    }
    entries.push_front({key, at});
    index[key] = entries.begin();
    if (entries.size() > capacity) {
      leave(entries.back(), at);
      index.erase(entries.back().key);
      entries.pop_back();
    }
  }
  for (const Entry& entry : entries) leave(entry, kNever);
}

void cache_with_ttl(Stage& stage, u32 site, f64 samples) {
  const f64 ttl = stage.log_uniform(0.005, 0.7);
  stage.births(site, samples / ttl, stage.some_size(), stage.with_load(), [=](f64 birth) { return birth + ttl; });
}

void logarithmic_warm_up(Stage& stage, u32 site, f64 samples) {
  const f64 t0 = stage.log_uniform(1e-4, 0.03);
  stage.births(
      site, samples, stage.some_size(), [&] { return t0 * std::expm1(stage.uniform() * std::log1p(1 / t0)); }, never);
}

void exponential_warm_up(Stage& stage, u32 site, f64 samples) {
  const f64 tau = stage.log_uniform(0.01, 0.35);
  const auto birth = [&] { return -tau * std::log1p(stage.uniform() * std::expm1(-1 / tau)); };
  stage.births(site, samples, stage.some_size(), birth, never);
}

void batches(Stage& stage, u32 site, f64 samples) {
  const f64 period = 1 / stage.uniform(2.2, 20);
  stage.births(site, samples / period, stage.some_size(), stage.any_time(),
               [=](f64 birth) { return period * std::ceil(birth / period); });
}

// What is kept through the day is dropped at midnight.
void daily(Stage& stage, u32 site, f64 samples) {
  const f64 day = 1 / stage.uniform(1.3, 5), phase = stage.uniform();
  stage.births(site, samples / day, stage.some_size(), stage.with_load(),
               [=](f64 birth) { return day * (std::floor(birth / day + phase) + 1 - phase); });
}

// Requests and sessions of a load that changes.
void sessions_under_load(Stage& stage, u32 site, f64 samples) {
  const f64 life = stage.log_uniform(0.001, 0.15);
  stage.births(site, samples / life, stage.some_size(), stage.with_load(), lives(stage, life));
}

// Buffers that are kept for the next peak: as many as the highest load so far needed.
void pool_at_its_high_water_mark(Stage& stage, u32 site, f64 samples) {
  const f64 top = stage.load.most(1);
  const u64 size = stage.some_size();
  const auto birth = [&] {
    const f64 level = stage.uniform() * top;
    if (level <= stage.load.most(0)) return stage.uniform(0, 0.01);
    f64 low = 0, high = 1;
    while (high - low > 1e-5) {
      const f64 middle = (low + high) / 2;
      (stage.load.most(middle) < level ? low : high) = middle;
    }
    return std::min(1.0, high + stage.uniform(0, 0.002));
  };
  stage.births(site, samples, size, birth, never);
}

void start_up_table(Stage& stage, u32 site, f64 samples) {
  const f64 begin = stage.log_uniform(1e-6, 0.05);
  stage.table(site, samples, stage.some_size(), stage.any_time(begin, begin + stage.log_uniform(1e-5, 0.03)), never);
}

// A slab for each new record of what is in use at a time: often at first, hardly ever later.
void memory_pool(Stage& stage, u32 site, f64 samples) {
  const u64 size = stage.some_size();
  const int slabs = stage.whole(3, 12);
  f64 at = stage.log_uniform(1e-4, 1e-2);
  for (int i = 0; i < slabs && at < 1; ++i, at *= stage.uniform(1.1, 4)) {
    stage.table(site, samples / slabs, size, stage.any_time(at, at + 1e-5), never);
  }
}

void long_sessions(Stage& stage, u32 site, f64 samples) {
  const f64 life = stage.uniform(0.05, 0.25), longest = stage.uniform(0.4, 0.6);
  stage.births(site, samples / life, stage.some_size(), stage.any_time(), [&, life, longest](f64 birth) {
    return birth + std::min(longest, life * std::exp(0.8 * stage.normal() - 0.32));
  });
}

// Grows to its size within a while; a connection is replaced now and then.
void connection_pool(Stage& stage, u32 site, f64 samples) {
  const f64 tau = stage.log_uniform(0.01, 0.2), life = stage.log_uniform(0.1, 1);
  const u64 size = stage.some_size();
  const auto connections = static_cast<int>(stage.poisson(samples));
  for (int i = 0; i < connections; ++i) {
    f64 birth = stage.service.exponential(tau);
    while (birth < 1) {
      const f64 death = birth + stage.service.exponential(life);
      stage.service.record(site, birth * stage.run_s, size, death * stage.run_s);
      birth = death + 1e-6;
    }
  }
}

// A new table at a reload of the configuration; the old one goes, or is kept for those who still use it.
void config_reload(Stage& stage, u32 site, f64 samples) {
  const f64 at = stage.uniform(0.15, 0.97), takes = stage.log_uniform(1e-5, 0.01);
  const u64 size = stage.some_size();
  const bool old_goes = stage.chance(0.6);
  stage.table(site, samples, size, stage.any_time(0, 0.01), [=](f64) { return old_goes ? at + takes : kNever; });
  stage.table(site, samples * stage.uniform(0.8, 1.5), size, stage.any_time(at, at + takes), never);
}

constexpr DecoyKind kDecoys[] = {
    {"short lives", LoadKind::kNoisy, churn},
    {"cache at capacity", LoadKind::kNoisy, cache_at_capacity},
    {"LRU, Zipf's keys", LoadKind::kConstant, lru},
    {"cache with TTL", LoadKind::kNoisy, cache_with_ttl},
    {"logarithmic warm-up", LoadKind::kNoisy, logarithmic_warm_up},
    {"exponential warm-up", LoadKind::kConstant, exponential_warm_up},
    {"batches", LoadKind::kNoisy, batches},
    {"daily sawtooth", LoadKind::kDaily, daily},
    {"load ramp, sessions", LoadKind::kRamp, sessions_under_load},
    {"load step, sessions", LoadKind::kStep, sessions_under_load},
    {"load ramp, high-water pool", LoadKind::kRamp, pool_at_its_high_water_mark},
    {"load step, high-water pool", LoadKind::kStep, pool_at_its_high_water_mark},
    {"daily load, high-water pool", LoadKind::kDaily, pool_at_its_high_water_mark},
    {"start-up table", LoadKind::kConstant, start_up_table},
    {"memory pool", LoadKind::kNoisy, memory_pool},
    {"long sessions", LoadKind::kConstant, long_sessions},
    {"connection pool", LoadKind::kNoisy, connection_pool},
    {"reload of a table", LoadKind::kConstant, config_reload},
};

}  // namespace

std::span<const DecoyKind> decoy_kinds() { return kDecoys; }

}  // namespace lw::simulator
