// SPDX-License-Identifier: Apache-2.0
// Is a place the same in two populations, and is one process's place what its baseline would let expect?
#pragma once

#include "analyzer/model/estimate.h"
#include "analyzer/model/population.h"

namespace lw {

// Beyond this ratio of ages, levels are compared only where the younger side holds more.
inline constexpr f64 kSameAge = 1.5;

// The circumstances under which two populations are compared.
struct Comparability {
  u32 base_processes = 1, new_processes = 1;
  bool per_load = false;                              // both sides know their load
  bool new_is_younger = false, new_is_older = false;  // by more than kSameAge
};

Comparability comparability_of(const Population& base, const Population& fresh);

struct PlaceChange {
  std::array<Estimate, kQuantities> by;     // new - base, with 95 % limits, per process
  std::array<f64, kQuantities> p{1, 1, 1};  // two-sided, that chance makes as large a difference
  f64 p_any() const;                        // of the best of three looks, at three times its price
};

// Absent = nothing is allocated there: a default SharedPlace.
PlaceChange compare(const SharedPlace& base, const SharedPlace& fresh, const Comparability& how);

// One-sided probability that a process of the population has at least as much at this place. 1 for what cannot be said.
struct Excess {
  std::array<f64, kQuantities> p{1, 1, 1};
};
Excess excess_over(const SharedPlace& base, const Population& population, const MeasuredPlace& place,
                   const MeasuredProcess& process);

}  // namespace lw
