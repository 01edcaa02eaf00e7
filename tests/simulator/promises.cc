// SPDX-License-Identifier: Apache-2.0
#include "tests/simulator/promises.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/model/load_profile.h"
#include "tests/simulator/run.h"

namespace lw::simulator {
namespace {

constexpr u64 kInterval = 64 << 10;
constexpr u64 kBlock = 256;

Stage quiet_stage(u64 seed, f64 run_s) {
  std::mt19937_64 random(seed);
  const Load load(LoadKind::kConstant, 1, random);
  return {SimulatedService(random(), kInterval), run_s, kInterval, load, {}};
}

// A service with one leak of so many expected samples among healthy company.
Run leaky_run(u64 seed, f64 run_s, f64 samples) {
  Stage stage = quiet_stage(seed, run_s);
  stage.births(stage.add_site("leak"), samples, kBlock, stage.any_time(), never);
  add_company(stage, 100);
  const int snapshots = static_cast<int>(stage.log_uniform(1, 64));
  ProfileLoader loader;
  for (int i = 1; i <= snapshots; ++i) {
    loader.add(snapshot_of(stage, run_s * i / snapshots, i == snapshots ? DumpReason::kPeek : DumpReason::kPeriod));
  }
  Run run;
  run.run_s = run_s;
  run.observation = loader.finish();
  answer(run, stage.places);
  return run;
}

bool names_the_leak(const Run& run) {
  const std::vector<Assessment>& findings = run.answer().findings;
  return std::any_of(findings.begin(), findings.end(), [&](const Assessment& finding) {
    return words_of(finding.verdict).leak && run.place_of(finding) == "leak";
  });
}

f64 some_duration(u64 seed) {
  std::mt19937_64 random(seed);
  return 20 * std::pow(3 * 86400 / 20.0, std::uniform_real_distribution<f64>(0, 1)(random));
}

}  // namespace

Kept power_is_honest(u64 services, u64 first_seed) {
  Kept kept;
  for (u64 seed = first_seed; seed < first_seed + services; ++seed) {
    const f64 run_s = some_duration(seed);
    const Power power = leaky_run(seed, run_s, 0).answer().power;
    if (power.bytes_per_s <= 0) continue;
    ++kept.asked;
    kept.kept += names_the_leak(leaky_run(seed, run_s, power.bytes_per_s * run_s / kInterval));
  }
  return kept;
}

Kept waiting_helps(u64 services, u64 first_seed) {
  Kept kept;
  for (u64 seed = first_seed; seed < first_seed + services; ++seed) {
    const f64 run_s = some_duration(seed);
    std::mt19937_64 random(seed);
    const f64 samples = std::uniform_real_distribution<f64>(5, 18)(random);
    const Run young = leaky_run(seed, run_s, samples);
    for (const Assessment& site : young.answer().sites) {
      if (site.verdict != Verdict::kUnknown || young.place_of(site) != "leak") continue;
      // By what the report could know the leak brings as many samples as it saw.
      const f64 longer_s = run_s + site.wait_s, seen = static_cast<f64>(site.growth->samples);
      ++kept.asked;
      kept.kept += names_the_leak(leaky_run(seed + 1000000, longer_s, seen * longer_s / run_s));
    }
  }
  return kept;
}

std::vector<u64> samples_until_named(u64 services, u64 first_seed) {
  constexpr int kLooks = 60;
  constexpr f64 kSamples = 120;  // by the last look: two from each to the next
  std::vector<u64> samples;
  for (u64 seed = first_seed; seed < first_seed + services; ++seed) {
    const f64 run_s = some_duration(seed);
    Stage stage = quiet_stage(seed, run_s);
    const u32 leak = stage.add_site("leak");
    stage.births(leak, kSamples, kBlock, stage.any_time(), never);
    add_company(stage, 100);
    std::vector<Snapshot> shots;
    for (int look = 1; look <= kLooks; ++look) {
      const f64 now_s = run_s * look / kLooks;
      shots.push_back(snapshot_of(stage, now_s, DumpReason::kPeek));
      ProfileLoader loader;
      for (const Snapshot& shot : shots) loader.add(shot);
      Run run;
      run.run_s = now_s;
      run.observation = loader.finish();
      answer(run, stage.places);
      if (!names_the_leak(run) && look < kLooks) continue;
      // What is never named counts as if it were named at the last look.
      samples.push_back(stage.service.immortal_samples(leak, 0) - stage.service.immortal_samples(leak, now_s));
      break;
    }
  }
  std::sort(samples.begin(), samples.end());
  return samples;
}

namespace {

struct Fleet {
  std::vector<f64> runs_s;
  f64 samples;                       // of the leak or the decoy, in all processes together
  const DecoyKind* decoy = nullptr;  // or a leak
};

Fleet some_fleet(u64 seed) {
  std::mt19937_64 random(seed);
  const auto uniform = [&](f64 low, f64 high) { return std::uniform_real_distribution<f64>(low, high)(random); };
  Fleet fleet;
  const f64 longest_s = some_duration(seed);
  const bool restarts = uniform(0, 1) < 0.4;
  const auto processes = static_cast<size_t>(uniform(5, 50));
  for (size_t i = 0; i < processes; ++i) fleet.runs_s.push_back(restarts ? longest_s * uniform(0.1, 1) : longest_s);
  fleet.samples = 30 * std::pow(10, uniform(0, 1));
  const std::span<const DecoyKind> decoys = decoy_kinds();
  if (seed % 2 == 1) fleet.decoy = &decoys[random() % decoys.size()];
  return fleet;
}

Run run_of(const Fleet& fleet, u64 seed) {
  ProfileLoader loader;
  Run run;
  f64 total_s = 0;
  std::vector<std::string> places;
  for (const f64 run_s : fleet.runs_s) total_s += run_s;
  for (size_t i = 0; i < fleet.runs_s.size(); ++i) {
    const f64 run_s = fleet.runs_s[i], samples = fleet.samples * run_s / total_s;
    Stage stage = quiet_stage(1000 * seed + i, run_s);
    const u32 site = stage.add_site(fleet.decoy == nullptr ? "leak" : fleet.decoy->name);
    if (fleet.decoy == nullptr) stage.births(site, samples, kBlock, stage.any_time(), never);
    if (fleet.decoy != nullptr) fleet.decoy->act(stage, site, samples);
    for (const DecoyKind& kind : decoy_kinds())
      kind.act(stage, stage.add_site(std::string("company, ") + kind.name), 3);
    for (const f64 share : {0.25, 0.5, 0.75, 1.0}) {
      Snapshot shot = snapshot_of(stage, share * run_s, share < 1 ? DumpReason::kPeriod : DumpReason::kPeek);
      shot.process.pid = 100 + i;
      loader.add(shot);
    }
    places = stage.places;
  }
  run.observation = loader.finish();
  answer(run, places);
  return run;
}

}  // namespace

FleetTally fleets(u64 programs, u64 first_seed, std::vector<std::string>& mistakes) {
  FleetTally tally;
  for (u64 seed = first_seed; seed < first_seed + programs; ++seed) {
    const Fleet fleet = some_fleet(seed);
    const Run run = run_of(fleet, seed);
    bool found = false, alarm = false;
    const auto judge = [&](const std::vector<Assessment>& findings) {
      for (const Assessment& finding : findings) {
        if (!words_of(finding.verdict).leak || finding.told_of_program) continue;  // told once
        const bool real = run.place_of(finding) == "leak";
        (real ? found : alarm) = true;
        if (!real) {
          const GrowthCase& growth = *finding.growth;
          mistakes.push_back(
              fmt::format("program {} of {} processes: false alarm at {} in {} of them: conf {:.3f} samples {} events "
                          "{:.1f} grow {:.3f}",
                          seed, fleet.runs_s.size(), run.place_of(finding), finding.seen_in, finding.confidence,
                          growth.samples, growth.shape.events, growth.shape.growing()));
        }
      }
    };
    for (const ProgramReport& program : run.report.programs) judge(program.findings);
    for (const ProcessReport& process : run.report.processes) judge(process.findings);
    Kept& kept = fleet.decoy == nullptr ? tally.found : tally.quiet;
    ++kept.asked;
    kept.kept += fleet.decoy == nullptr ? found : !alarm;
    if (fleet.decoy == nullptr && !found) {
      mistakes.push_back(fmt::format("program {} of {} processes: the leak of {:.0f} samples was missed", seed,
                                     fleet.runs_s.size(), fleet.samples));
    }
  }
  return tally;
}

}  // namespace lw::simulator
