// SPDX-License-Identifier: Apache-2.0
#include "tests/simulator/score_text.h"

#include <fmt/format.h>

#include <cmath>

namespace lw::simulator {
namespace {

f64 share(u64 part, u64 whole) { return whole > 0 ? static_cast<f64>(part) / static_cast<f64>(whole) : 1; }

// Whole when that is exact, else with one decimal, never rounded up: 99.96 % is not 100 %.
std::string percent(f64 part) { return fmt::format("{:g} %", std::floor(part * 1000 + 1e-9) / 10); }

std::string of(u64 part, u64 whole) { return fmt::format("{} of {}", part, whole); }

// Of findings with a stated confidence at least so many are true, but for the error of counting them.
f64 least_reliability(const Score& score) {
  f64 least = 1;
  for (const Reliability& bin : score.reliability) {
    if (bin.findings == 0) continue;
    const f64 n = static_cast<f64>(bin.findings), claimed = bin.confidence / n;
    const f64 error = 2 * std::sqrt(claimed * (1 - claimed) / n);
    least = std::min(least, share(bin.real, bin.findings) - claimed + error);
  }
  return least;
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

std::vector<Target> targets_of(const Result& result) {
  const Score& score = result.score;
  const LeakTally leaks = score.all_leaks();
  const DecoyTally decoys = score.all_decoys();
  return {
      {"precision: findings that are leaks", score.precision(), 0.99},
      {fmt::format("recall: leaks of {} samples or more that are named", kEnoughSamples),
       share(leaks.found, leaks.leaks), 0.95},
      {"class: named leaks whose pattern is right", share(leaks.right_class, leaks.found), 0.9},
      {"onset: late leaks whose interval contains their beginning", share(leaks.right_onset, leaks.onsets), 0.9},
      {"decoys: services without any alarm", share(decoys.quiet, decoys.services), 0.99},
      {"calibration: the least that more findings are true than stated, with two standard errors",
       least_reliability(score), 0},
      {"power: leaks at the visible rate that are named", result.power.share(), 0.95},
      {"waiting: undecided leaks that are named after the time given", result.waiting.share(), 0.9},
      {"programs: leaks too rare in each process that are named", result.fleets.found.share(), 0.95},
      {"programs: without any alarm where nothing leaks", result.fleets.quiet.share(), 0.99},
  };
}

std::string score_text(const Result& result) {
  const Score& score = result.score;
  std::string text = fmt::format(
      "{} services with {} sites; {} services and {} programs more for the last four rows.\n\n", score.services,
      score.sites, result.power.asked + result.waiting.asked, result.fleets.found.asked + result.fleets.quiet.asked);
  text += "| | reached | wanted |\n| --- | --- | --- |\n";
  for (const Target& target : targets_of(result)) {
    text += fmt::format("| {} | {} | {} |\n", target.what, percent(target.reached), percent(target.wanted));
  }
  return text + '\n' + leak_table(score) + '\n' + decoy_table(score) + '\n' + sample_table(score) + '\n' +
         reliability_table(score);
}

}  // namespace lw::simulator
