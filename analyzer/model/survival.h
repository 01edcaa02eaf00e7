// SPDX-License-Identifier: Apache-2.0
// Which share of the blocks from a site reaches which age: Kaplan and Meier 1958, from the lifetimes of those that were
// freed and the ages of those that live on, each with its sample's weight.
#pragma once

#include <span>
#include <vector>

#include "analyzer/model/estimate.h"
#include "analyzer/model/lifetime.h"

namespace lw {

struct SurvivalPoint {
  f64 age_s;
  Estimate share;  // of the blocks that live to this age; limits by Greenwood's formula
};

// The curve's steps, at the edges of the histogram of lifetimes, the first one at age 0, up to the last edge that a
// block has reached; empty if there is none. Who lives on at an age inside a bin was there for half of it (the
// actuarial estimate). `samples` is the number of samples that all weights stand for.
std::vector<SurvivalPoint> survival_of(const Deaths& deaths, std::span<const Survivor> survivors, u64 samples);

std::vector<SurvivalPoint> survival_of(const Subject& subject);

}  // namespace lw
