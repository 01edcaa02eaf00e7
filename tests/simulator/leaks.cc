// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "tests/simulator/behaviours.h"

namespace lw::simulator {
namespace {

Leak new_leak(Stage& stage, const std::string& place, std::vector<Wave> waves, f64 onset = 0) {
  return {place, {stage.add_site(place)}, std::move(waves), onset};
}

// With each request if the load is constant anyway or by the toss of a coin, else with time.
Stage::Moment steadily(Stage& stage, Leak& leak) {
  if (stage.load.kind() == LoadKind::kConstant || stage.chance(0.5)) return stage.any_time();
  if (stage.load.kind() == LoadKind::kRamp || stage.load.kind() == LoadKind::kStep) {
    leak.waves.push_back(Wave::kAccelerating);  // it does, by the clock
  }
  return stage.with_load();
}

std::vector<Leak> constant(Stage& stage, f64 samples) {
  Leak leak = new_leak(stage, "constant", {Wave::kSteady});
  stage.births(leak.sites[0], samples, stage.some_size(), steadily(stage, leak), never);
  return {leak};
}

std::vector<Leak> in_steps(Stage& stage, f64 samples) {
  const int steps = stage.whole(12, 40);
  const f64 a_step = std::max(4.0, samples / steps);
  Leak leak = new_leak(stage, "in_steps", {Wave::kSteps});
  const bool even = stage.chance(0.5);
  const u64 size = stage.some_size();
  for (int i = 0; i < steps; ++i) {
    const f64 at = even ? (i + 0.5) / steps : stage.uniform();
    stage.births(leak.sites[0], a_step, size, stage.any_time(at, at + 1e-4), never);
  }
  return {leak};
}

std::vector<Leak> accelerating(Stage& stage, f64 samples) {
  Leak leak = new_leak(stage, "accelerating", {Wave::kAccelerating});
  const bool exponential = stage.chance(0.3);
  const f64 power = stage.uniform(1, 2), rise = stage.uniform(2, 4);
  const auto birth = [&] {
    const f64 u = stage.uniform();
    return exponential ? std::log1p(u * std::expm1(rise)) / rise : std::pow(u, 1 / (power + 1));
  };
  stage.births(leak.sites[0], samples, stage.some_size(), birth, never);
  return {leak};
}

std::vector<Leak> from_the_middle_on(Stage& stage, f64 samples) {
  const f64 onset = stage.uniform(0.15, 0.6);
  Leak leak = new_leak(stage, "from_the_middle_on", {Wave::kSteady}, onset);
  stage.births(leak.sites[0], samples, stage.some_size(), stage.any_time(onset, 1), never);
  return {leak};
}

// A forgotten free on a rare path: all the others are freed soon.
std::vector<Leak> under_churn(Stage& stage, f64 samples) {
  Leak leak = new_leak(stage, "under_churn", {Wave::kSteady});
  const u64 size = stage.some_size();
  stage.births(leak.sites[0], samples, size, steadily(stage, leak), never);
  const f64 churn = std::min(stage.log_uniform(10, 1000) * samples, 60000.0);
  const f64 life = stage.log_uniform(1e-6, 0.01);
  const bool heavy_tailed = stage.chance(0.4);
  stage.births(leak.sites[0], churn, size, stage.with_load(), [&](f64 birth) {
    return birth + life * (heavy_tailed ? std::exp(1.2 * stage.normal()) : stage.service.exponential(1));
  });
  return {leak};
}

// Threads that never end, each with its few blocks.
std::vector<Leak> per_thread(Stage& stage, f64 samples) {
  Leak leak = new_leak(stage, "per_thread", {Wave::kSteady, Wave::kSteps});
  const f64 blocks = stage.uniform(1, 3);
  const u64 size = stage.some_size();
  const u64 threads = stage.poisson(samples / blocks);
  for (u64 i = 0; i < threads; ++i) {
    const f64 at = stage.uniform();
    stage.births(leak.sites[0], blocks, size, stage.any_time(at, at + 1e-5), never);
  }
  return {leak};
}

std::vector<Leak> several(Stage& stage, f64 samples) {
  std::vector<Leak> leaks;
  const int count = stage.whole(2, 5);
  for (int i = 0; i < count; ++i) {
    Leak leak = new_leak(stage, "several_" + std::to_string(i), {Wave::kSteady});
    stage.births(leak.sites[0], samples * stage.uniform(0.5, 2), stage.some_size(), steadily(stage, leak), never);
    leaks.push_back(leak);
  }
  return leaks;
}

std::vector<Leak> many_stacks(Stage& stage, f64 samples) {
  Leak leak = new_leak(stage, "many_stacks", {Wave::kSteady});
  const u64 size = stage.some_size();
  const int stacks = stage.whole(5, 50);
  const Stage::Moment birth = steadily(stage, leak);
  for (int i = 1; i < stacks; ++i) leak.sites.push_back(stage.add_site("many_stacks"));
  for (const u32 site : leak.sites) stage.births(site, samples / stacks, size, birth, never);
  return {leak};
}

std::vector<Leak> after_a_table(Stage& stage, f64 samples) {
  Leak leak = new_leak(stage, "after_a_table", {Wave::kSteady}, 0.02);
  const u64 size = stage.some_size();
  stage.table(leak.sites[0], samples * stage.log_uniform(0.1, 5), size, stage.any_time(0, 0.02), never);
  stage.births(leak.sites[0], samples, size, steadily(stage, leak), never);
  return {leak};
}

constexpr LeakKind kLeaks[] = {
    {"constant rate", constant},        {"in steps", in_steps},
    {"accelerating", accelerating},     {"from the middle on", from_the_middle_on},
    {"rare, under churn", under_churn}, {"per thread", per_thread},
    {"several sites", several},         {"many stacks", many_stacks},
    {"after a table", after_a_table},
};

}  // namespace

std::span<const LeakKind> leak_kinds() { return kLeaks; }

}  // namespace lw::simulator
