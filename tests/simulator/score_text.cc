// SPDX-License-Identifier: Apache-2.0
#include "tests/simulator/score_text.h"

#include <fmt/format.h>

#include <cmath>

#include "analyzer/model/distributions.h"

namespace lw::simulator {
namespace {

f64 share(u64 part, u64 whole) { return whole > 0 ? static_cast<f64>(part) / static_cast<f64>(whole) : 1; }

// Whole when that is exact, else with one decimal, never rounded up: 99.96 % is not 100 %.
std::string percent(f64 part) { return fmt::format("{:g} %", std::floor(part * 1000 + 1e-9) / 10); }

std::string of(u64 part, u64 whole) { return fmt::format("{} of {}", part, whole); }

// The chance of so many failures or more if the wanted share is kept. Poisson's law, under which more failures than
// expected are likelier than under the binomial one.
f64 chance_of(const Target& target) {
  const f64 failures = static_cast<f64>(target.asked - target.kept);
  return failures == 0 ? 1 : gamma_cdf(failures, static_cast<f64>(target.asked) * (1 - target.wanted));
}

// Of findings with a stated confidence so many should be true: the range that is furthest from it.
Target worst_reliability(const Score& score) {
  Target worst{"calibration: findings that are true, in the range of stated confidence that keeps it least", 0, 0, 1};
  for (const Reliability& bin : score.reliability) {
    if (bin.findings == 0) continue;
    const Target own{worst.what, bin.findings, bin.real, bin.confidence / static_cast<f64>(bin.findings)};
    if (worst.asked == 0 || chance_of(own) < chance_of(worst)) worst = own;
  }
  return worst;
}

std::string leak_table(const Score& score) {
  std::string text = "| leak | named | class right |\n| --- | --- | --- |\n";
  for (const auto& [name, tally] : score.leaks) {
    text += fmt::format("| {} | {} | {} |\n", name, of(tally.found, tally.leaks), of(tally.right_class, tally.found));
  }
  return text;
}

std::string decoy_table(const Score& score) {
  std::string text = "| decoy | services without any alarm |\n| --- | --- |\n";
  for (const auto& [name, tally] : score.decoys) {
    text += fmt::format("| {} | {} |\n", name, of(tally.quiet, tally.services));
  }
  return text;
}

std::string sample_table(const Score& score) {
  std::string text = "| samples that the leak has left | named |\n| --- | --- |\n";
  for (size_t i = 0; i < kSampleEdges.size(); ++i) {
    const std::string to = i + 1 < kSampleEdges.size()
                               ? fmt::format("{} to {}", kSampleEdges[i], kSampleEdges[i + 1] - 1)
                               : fmt::format("{} and more", kSampleEdges[i]);
    text += fmt::format("| {} | {} |\n", to, of(score.by_samples[i].found, score.by_samples[i].leaks));
  }
  return text;
}

// The time follows from the samples: none can be told sooner than a start-up is over.
std::string detection_table(const std::vector<u64>& samples) {
  if (samples.empty()) return "";
  constexpr f64 kInterval = 16 << 10, kRate = (1 << 20) / 60.0;
  const f64 soonest_s = kStartUp_s * std::log(1 / (1 - kLeastConfidence));
  const auto quantile = [&](f64 share) {
    return samples[static_cast<size_t>(share * static_cast<f64>(samples.size() - 1))];
  };
  const auto seconds = [&](f64 share) {
    return std::max(soonest_s, static_cast<f64>(quantile(share)) * kInterval / kRate);
  };
  return fmt::format(
      "| looked at all the time, a leak is named when | half of them | 19 of 20 |\n| --- | --- | --- |\n"
      "| it has left so many samples | {} | {} |\n"
      "| it has leaked 1 MiB/min for so long, sampled every 16 KiB | {:.0f} s | {:.0f} s |\n",
      quantile(0.5), quantile(0.95), seconds(0.5), seconds(0.95));
}

std::string reliability_table(const Score& score) {
  std::string text = "| stated confidence | mean | true |\n| --- | --- | --- |\n";
  for (size_t i = 0; i < score.reliability.size(); ++i) {
    const Reliability& bin = score.reliability[i];
    if (bin.findings == 0) continue;
    text += fmt::format("| {} to {} | {} | {} |\n", percent(kConfidenceEdges[i]),
                        percent(std::min(1.0, kConfidenceEdges[i + 1])),
                        percent(bin.confidence / static_cast<f64>(bin.findings)), of(bin.real, bin.findings));
  }
  return text;
}

}  // namespace

f64 Target::reached() const { return share(kept, asked); }

bool Target::met() const {
  constexpr f64 kNotByChance = 1e-4;
  return chance_of(*this) >= kNotByChance;
}

std::vector<Target> targets_of(const Result& result) {
  const Score& score = result.score;
  const LeakTally leaks = score.all_leaks();
  const DecoyTally decoys = score.all_decoys();
  const auto promise = [](const char* what, const Kept& kept, f64 wanted) {
    return Target{what, kept.asked, kept.kept, wanted};
  };
  return {
      {"precision: findings that are leaks", score.real_findings + score.false_findings, score.real_findings, 0.99},
      {fmt::format("recall: leaks of {} samples or more that are named", kEnoughSamples), leaks.leaks, leaks.found,
       0.95},
      {"class: named leaks whose pattern is right", leaks.found, leaks.right_class, 0.9},
      {"onset: late leaks whose interval contains their beginning", leaks.onsets, leaks.right_onset, 0.9},
      {"decoys: services without any alarm", decoys.services, decoys.quiet, 0.99},
      worst_reliability(score),
      promise("power: leaks at the visible rate that are named", result.power, 0.95),
      promise("waiting: undecided leaks that are named after the time given", result.waiting, 0.9),
      promise("programs: leaks too rare in each process that are named", result.fleets.found, 0.95),
      promise("programs: without any alarm where nothing leaks", result.fleets.quiet, 0.99),
  };
}

std::string score_text(const Result& result) {
  const Score& score = result.score;
  std::string text = fmt::format(
      "{} services with {} sites; {} services and {} programs more for the last four rows.\n\n", score.services,
      score.sites, result.power.asked + result.waiting.asked, result.fleets.found.asked + result.fleets.quiet.asked);
  text += "| | right | share | wanted |\n| --- | --- | --- | --- |\n";
  for (const Target& target : targets_of(result)) {
    text += fmt::format("| {} | {} | {} | {} |\n", target.what, of(target.kept, target.asked),
                        percent(target.reached()), percent(target.wanted));
  }
  return text + '\n' + leak_table(score) + '\n' + decoy_table(score) + '\n' + sample_table(score) + '\n' +
         detection_table(result.until_named) + '\n' + reliability_table(score);
}

}  // namespace lw::simulator
