// SPDX-License-Identifier: Apache-2.0
// How is what survived spread over the time in which it was born? A leak that goes on leaves survivors up to the end of
// the observation; a warm-up leaves ever fewer, a table filled at the start or a cache that has become full none.
//
// A Bayesian comparison of simple histories (histories.h). Each birth multiplies a history's probability by its density
// at that time, among those that it could have at all: where the interval was wide, fewer births were seen. Bursts make
// samples depend on one another: the likelihood is tempered by the dispersion between neighbouring stretches of time,
// so ten bursts of a hundred count as ten.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "analyzer/model/histories.h"

namespace lw {

struct TimedEvent {
  f64 at;      // 0 = start of the observation, 1 = its end
  f64 weight;  // relative to the other events
  u8 kind = 0;
};

// Where events of each kind were looked for: the share of them that was seen in each stretch. Of kinds that are not in
// it all were seen everywhere.
using SeenByKind = std::vector<Stretches>;

// How common each family is among the sites whose blocks survive at all.
using FamilyShares = std::array<f64, kFamilies>;

// Before anything is known of the program.
const FamilyShares& usual_shares();

struct Shape {
  // Logarithms of the density of the births under each family, averaged over its histories; -inf for families that
  // were not compared.
  FamilyShares log_evidence{};
  f64 events = 0;              // how many independent, equally heavy events this rests on
  bool clustered = false;      // the births come in distinct clusters
  f64 onset = 0;               // of the most probable growing history
  FamilyShares probability{};  // of each family; set by weigh()

  f64 growing() const;
  f64 of(Family family) const { return probability[static_cast<size_t>(family)]; }
  Family likeliest() const;
};

// Not weighed yet.
Shape shape_of(std::span<const TimedEvent> events, const std::vector<History>& histories_of_load,
               const SeenByKind& seen = {});

// Several processes, whose births were pooled: they may share one history, or each may have one of its own from the
// same family (a table that every worker loads anew, at different times). Both are equally probable before.
void add_to_each_its_own(Shape& pooled, std::span<const Shape> each);

// By Bayes' theorem. `shares`: before the births were looked at.
void weigh(Shape& shape, const FamilyShares& shares);

// What the sites of a program teach about how common each family is there: the maximum a posteriori of the mixture's
// shares by expectation maximisation, with `usual_shares` counted as ten sites more (Efron 2010, ch. 1 and 6: an
// empirical prior makes the posterior a local false discovery rate). Where a thousand sites warm up, a site that looks
// half like it is no leak.
FamilyShares shares_among(std::span<const Shape* const> shapes);

}  // namespace lw
