// SPDX-License-Identifier: Apache-2.0
#include "tests/simulator/run.h"

#include <algorithm>
#include <cmath>

#include "analyzer/model/load_profile.h"

namespace lw::simulator {
namespace {

constexpr f64 kShortest_s = 10, kLongest_s = 3 * 86400;
constexpr f64 kSlowest = 1024.0 / 3600, kFastest = 1 << 20;  // leaks, in bytes a second
constexpr f64 kCalls_per_s = 1000;

LoadKind some_load(std::mt19937_64& random) {
  constexpr LoadKind kKinds[] = {LoadKind::kConstant, LoadKind::kConstant, LoadKind::kNoisy, LoadKind::kNoisy,
                                 LoadKind::kRamp,     LoadKind::kStep,     LoadKind::kDaily};
  return kKinds[random() % std::size(kKinds)];
}

// Duration, rate of the leak and the interval that a governor chooses are far from independent: the interval is what
// makes `samples` of what leaks.
Stage stage_of(const Plot& plot, f64& samples) {
  std::mt19937_64 random(plot.seed);
  const auto log_uniform = [&](f64 low, f64 high) {
    return low * std::pow(high / low, std::uniform_real_distribution<f64>(0, 1)(random));
  };
  const f64 run_s = log_uniform(kShortest_s, kLongest_s), rate = log_uniform(kSlowest, kFastest);
  samples = log_uniform(plot.leak != nullptr ? 8 : 20, 2000);
  const f64 wanted = rate * run_s / samples;
  const u64 interval = wanted < 64 ? 1 : static_cast<u64>(std::min(wanted, 64.0 * (1 << 20)));
  const LoadKind kind = plot.decoy != nullptr ? plot.decoy->load : some_load(random);
  const Load load(kind, std::uniform_real_distribution<f64>(1.2, 5)(random), random);
  return {SimulatedService(random(), interval), run_s, interval, load, {}};
}

}  // namespace

void add_company(Stage& stage, f64 most) {
  const auto sites = static_cast<int>(stage.log_uniform(1, most));
  const std::span<const DecoyKind> decoys = decoy_kinds();
  const auto named = [&](std::string_view name) {
    return *std::find_if(decoys.begin(), decoys.end(), [&](const DecoyKind& kind) { return kind.name == name; });
  };
  const DecoyKind tables = named("start-up table"), churn = named("short lives");
  for (int i = 0; i < sites; ++i) {
    const f64 which = stage.uniform();
    const DecoyKind& kind = which < 0.6 ? tables
                            : which < 0.9
                                ? churn
                                : decoys[static_cast<size_t>(stage.whole(0, static_cast<int>(decoys.size()) - 1))];
    const u32 site = stage.add_site("company " + std::to_string(i) + ", " + kind.name);
    kind.act(stage, site, stage.log_uniform(1, 100));
  }
}

namespace {

void log_memory(Snapshot& shot, const Stage& stage, f64 now_s) {
  const int points = static_cast<int>(std::clamp(stage.run_s, 10.0, 300.0));
  for (int i = 0; i <= points; ++i) {
    const f64 at = static_cast<f64>(i) / points;
    if (at * stage.run_s > now_s) break;
    MemoryPoint point{};
    point.time_ns = static_cast<u64>(at * stage.run_s * 1e9);
    point.allocations = static_cast<u64>(kCalls_per_s * stage.run_s * stage.load.done(at));
    point.interval = stage.service.interval_at(at * stage.run_s);
    shot.memory.push_back(point);
  }
}

}  // namespace

Snapshot snapshot_of(Stage& stage, f64 now_s, DumpReason reason) {
  Snapshot shot = stage.service.snapshot(now_s, reason);
  log_memory(shot, stage, now_s);
  return shot;
}

namespace {

std::vector<f64> times_of_snapshots(Stage& stage) {
  const int count = static_cast<int>(stage.log_uniform(1, 65));
  const bool doubling = stage.chance(0.3);
  std::vector<f64> times;
  for (int i = 1; i <= count; ++i) {
    times.push_back(doubling ? stage.run_s * std::pow(2, (i - count) * std::min(1.0, 14.0 / count))
                             : stage.run_s * i / count);
  }
  return times;
}

// A governor that widens the interval, tables that run full.
void distort(Stage& stage) {
  if (stage.chance(0.2)) {
    stage.service.widen(stage.uniform(0.2, 0.8) * stage.run_s, stage.interval * static_cast<u64>(stage.whole(2, 8)));
  }
  if (stage.chance(0.1)) stage.service.drop(stage.log_uniform(1e-3, 0.03));
}

Observation observe(Stage& stage) {
  const std::vector<f64> times = times_of_snapshots(stage);
  const bool exits = stage.chance(0.4), killed = stage.chance(0.3);
  const f64 end_s = stage.run_s * (1 + 1e-6);
  const bool tears_down = exits && times.size() >= 2 && stage.chance(0.5);
  ProfileLoader loader;
  const auto add = [&](f64 now_s, DumpReason reason) { loader.add(snapshot_of(stage, now_s, reason)); };
  if (tears_down) stage.service.free_alive_at(end_s, stage.chance(0.5) ? 1 : 0.9);
  for (const f64 now_s : times) {
    const bool last = now_s == times.back();
    add(now_s, !last || exits ? DumpReason::kPeriod : killed ? DumpReason::kKilled : DumpReason::kPeek);
  }
  if (exits) add(end_s, DumpReason::kExit);
  return loader.finish();
}

}  // namespace

// A site is known by its stack's innermost frame, as SimulatedService lays them out.
Names names_of(const Observation& observation, const std::vector<std::string>& places) {
  Names names;
  for (const Process& process : observation.processes) {
    for (const Series& series : process.series) {
      const Frame& frame = observation.code[observation.code[series.stack].frames.front()];
      NamedFrame named{.function = places.at(SimulatedService::site_at(frame.offset)),
                       .linkage_name = {},
                       .file = {},
                       .module = "server",
                       .build_id = {}};
      named.named = true;
      names.add(series.stack, {{named}, 0, false});
    }
  }
  return names;
}

void answer(Run& run, const std::vector<std::string>& places) {
  run.report = report_on(run.observation);
  run.names = names_of(run.observation, places);
  add_findings(run.report, run.observation, run.names, {});
}

Run run(const Plot& plot) {
  f64 samples = 0;
  Stage stage = stage_of(plot, samples);
  Run result;
  result.run_s = stage.run_s;
  if (plot.leak != nullptr) {
    for (Leak& leak : plot.leak->act(stage, samples)) result.leaks.push_back({std::move(leak), 0});
  } else {
    plot.decoy->act(stage, stage.add_site(plot.decoy->name), samples);
  }
  add_company(stage, 2000);
  distort(stage);
  for (KnownLeak& known : result.leaks) {
    for (const u32 site : known.leak.sites)
      known.samples += stage.service.immortal_samples(site, known.leak.onset * stage.run_s);
  }
  result.observation = observe(stage);
  answer(result, stage.places);
  return result;
}

}  // namespace lw::simulator
