// SPDX-License-Identifier: Apache-2.0
#include "tests/simulator/score.h"

#include <fmt/format.h>

#include <algorithm>

namespace lw::simulator {
namespace {

const KnownLeak* leak_at(const Run& run, const std::string& place) {
  for (const KnownLeak& known : run.leaks) {
    if (known.leak.place == place) return &known;
  }
  return nullptr;
}

bool is_alarm(const Assessment& finding) { return words_of(finding.verdict).leak; }

const Assessment* finding_at(const Run& run, const std::string& place) {
  for (const Assessment& finding : run.answer().findings) {
    if (is_alarm(finding) && run.place_of(finding) == place) return &finding;
  }
  return nullptr;
}

std::string details_of(const Run& run, const Assessment& a) {
  const GrowthCase& g = *a.growth;
  std::string shares;
  for (const f64 p : g.shape.probability) shares += fmt::format("{:.2f} ", p);
  return fmt::format(
      "{} conf {:.3f} samples {} events {:.1f} window {:.3g}/{:.3g} s, {} snapshots, old {} age {:.3g} died "
      "{:.1f}/{:.1f}; "
      "chance {:.2g} die {:.2g} start {:.2g} level {} {} {} grow {:.3f} of {}onset {:.2f}",
      words_of(a.verdict).word, a.confidence, g.samples, g.shape.events, g.window_s, run.run_s,
      run.answer().process->profiles.size(), g.old.exists, g.old.age_s, g.old.died, g.old.survivors, g.by_chance,
      g.blocks_die, g.still_starting, g.level_disagrees, g.oldest_died ? "oldest died," : "", pattern_word(a.pattern),
      g.shape.growing(), shares, g.onset_s / g.window_s);
}

const Assessment* site_at(const Run& run, const std::string& place) {
  for (const Assessment& site : run.answer().sites) {
    if (run.place_of(site) == place) return &site;
  }
  return nullptr;
}

std::string plot_name(const Plot& plot) {
  return fmt::format("seed {}, {}", plot.seed, plot.leak != nullptr ? plot.leak->name : plot.decoy->name);
}

Wave wave_of(Pattern pattern) {
  return pattern == Pattern::kSteps          ? Wave::kSteps
         : pattern == Pattern::kAccelerating ? Wave::kAccelerating
                                             : Wave::kSteady;
}

// False if an interval was given for its beginning that does not contain it.
bool judge_kind(const KnownLeak& known, const Assessment& finding, f64 run_s, LeakTally& tally) {
  const std::vector<Wave>& right = known.leak.waves;
  tally.right_class += std::count(right.begin(), right.end(), wave_of(finding.pattern)) > 0;
  const Estimate& since_s = finding.growth->onset_range_s;
  if (known.leak.onset < 0.1 || since_s.value <= 0) return true;
  ++tally.onsets;
  const f64 truth_s = known.leak.onset * run_s;
  const bool contained = since_s.low <= truth_s && truth_s <= since_s.high;
  tally.right_onset += contained;
  return contained;
}

}  // namespace

void Score::judge_leak(const Plot& plot, const Run& run, const KnownLeak& known) {
  const Assessment* finding = finding_at(run, known.leak.place);
  const auto place = std::upper_bound(kSampleEdges.begin(), kSampleEdges.end(), known.samples);
  if (place != kSampleEdges.begin()) {
    LeakTally& tally = by_samples[static_cast<size_t>(place - kSampleEdges.begin()) - 1];
    ++tally.leaks;
    tally.found += finding != nullptr;
  }
  if (known.samples < kEnoughSamples) return;
  LeakTally& tally = leaks[plot.leak->name];
  ++tally.leaks;
  tally.found += finding != nullptr;
  if (finding != nullptr && !judge_kind(known, *finding, run.run_s, tally)) {
    const Estimate& since_s = finding->growth->onset_range_s;
    mistakes.push_back(fmt::format("{}: {} since {:.4g} s, not between {:.4g} and {:.4g} s: {}", plot_name(plot),
                                   known.leak.place, known.leak.onset * run.run_s, since_s.low, since_s.high,
                                   details_of(run, *finding)));
  }
  if (finding == nullptr) {
    const Assessment* site = site_at(run, known.leak.place);
    mistakes.push_back(fmt::format("{}: {} with {} samples was missed: {}", plot_name(plot), known.leak.place,
                                   known.samples, site != nullptr ? details_of(run, *site) : ""));
  }
}

void Score::judge_alarms(const Plot& plot, const Run& run) {
  bool quiet = true;
  for (const Assessment& finding : run.answer().findings) {
    if (!is_alarm(finding)) continue;
    const bool real = leak_at(run, run.place_of(finding)) != nullptr;
    const auto edge = std::upper_bound(kConfidenceEdges.begin(), kConfidenceEdges.end(), finding.confidence);
    Reliability& bin =
        reliability[static_cast<size_t>(std::max<std::ptrdiff_t>(1, edge - kConfidenceEdges.begin())) - 1];
    ++bin.findings;
    bin.real += real;
    bin.confidence += finding.confidence;
    ++(real ? real_findings : false_findings);
    if (real) continue;
    quiet = false;
    mistakes.push_back(
        fmt::format("{}: false alarm at {}: {}", plot_name(plot), run.place_of(finding), details_of(run, finding)));
  }
  if (plot.decoy == nullptr) return;
  DecoyTally& tally = decoys[plot.decoy->name];
  ++tally.services;
  tally.quiet += quiet;
}

void Score::add(const Plot& plot, const Run& run) {
  ++services;
  sites += run.answer().sites.size();
  for (const KnownLeak& known : run.leaks) judge_leak(plot, run, known);
  judge_alarms(plot, run);
}

LeakTally Score::all_leaks() const {
  LeakTally sum;
  for (const auto& [name, tally] : leaks) {
    sum.leaks += tally.leaks;
    sum.found += tally.found;
    sum.right_class += tally.right_class;
    sum.onsets += tally.onsets;
    sum.right_onset += tally.right_onset;
  }
  return sum;
}

DecoyTally Score::all_decoys() const {
  DecoyTally sum;
  for (const auto& [name, tally] : decoys) {
    sum.services += tally.services;
    sum.quiet += tally.quiet;
  }
  return sum;
}

}  // namespace lw::simulator
