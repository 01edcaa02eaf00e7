// SPDX-License-Identifier: Apache-2.0
// What a report promises, kept or not: the smallest leak that would have been seen, how long to wait for an answer, and
// what the processes of one program tell together.
#pragma once

#include <string>
#include <vector>

#include "snapshot/layout.h"

namespace lw::simulator {

struct Kept {
  lw::u64 asked = 0, kept = 0;

  lw::f64 share() const { return asked > 0 ? static_cast<lw::f64>(kept) / static_cast<lw::f64>(asked) : 1; }
};

// Services with a leak of just the rate that their report gives as visible: how many are named?
Kept power_is_honest(lw::u64 services, lw::u64 first_seed);

// Services with so young a leak that the answer is to wait: how many are named after as long as was said?
Kept waiting_helps(lw::u64 services, lw::u64 first_seed);

// Services with a leak that are looked at again and again from its first samples on: how many samples it had left when
// it was first named. Ascending.
std::vector<lw::u64> samples_until_named(lw::u64 services, lw::u64 first_seed);

struct FleetTally {
  Kept found;  // programs whose leak, too rare in each process, is named
  Kept quiet;  // programs without a leak
};

// Programs of 5 to 50 processes, siblings or restarts of different length.
FleetTally fleets(lw::u64 programs, lw::u64 first_seed, std::vector<std::string>& mistakes);

}  // namespace lw::simulator
