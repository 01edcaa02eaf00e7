// SPDX-License-Identifier: Apache-2.0
// What a process has leaked on purpose, against what was estimated of it.
#pragma once

#include "analyzer/model/assess.h"
#include "snapshot/truth.h"

namespace lw {

// Is this the stack of a block that libleakwatch_selftest.so leaked?
bool is_selftest_stack(const CodeTable& code, StackNumber stack);

// Where the truth lies. The interval of an estimate misses it in one of twenty cases, as it must; only beyond the
// limits of one in a thousand something is wrong.
enum class Place : u8 { kInside, kNearby, kOutside };
Place place_of(f64 truth, const Estimate& estimate);

struct SelftestResult {
  const Process* process = nullptr;
  Truth truth{};
  bool enough = false;     // was leaked to compare anything
  Assessment estimated{};  // all stacks of the leak taken as one
  Place bytes = Place::kOutside, blocks = Place::kOutside;

  bool passed() const { return bytes != Place::kOutside && blocks != Place::kOutside; }
  f64 leaky_s() const { return static_cast<f64>(truth.leaky_ns) * 1e-9; }
};

// One for each process that has leaked something, in the observation's order.
std::vector<SelftestResult> compare_with_truth(const Observation& observation, const std::vector<Truth>& truths);

}  // namespace lw
