// SPDX-License-Identifier: Apache-2.0
// Which place of one build is which of another. In this order:
//
//   1. The same function of the same object, whatever its line, parameters and callers.
//   2. A function that is on one side only, and one that is on the other side only: the pair whose paths are the most
//      similar, if they are at least kSimilarPath alike. A renamed function keeps its callers.
//   3. A function that is still on one side only is taken together with the innermost of its callers, at most
//      kInliningReach frames out, that the other side knows, if nothing changed in the sum: it was inlined, or taken
//      out of that caller. If the sum changed, it stands for itself: new, or gone.
//
// Sums are kept by every rule, so a wrong match may misname a change but cannot hide one, unless a place went and a
// similar one of the same size came.
#pragma once

#include <optional>
#include <vector>

#include "analyzer/model/compare_places.h"

namespace lw {

// Either may be absent. What rule 3 added to a place is in its sums.
struct MatchedPlaces {
  std::optional<SharedPlace> base, fresh;
  std::vector<PlaceKey> contains;  // places that rule 3 added to them
};

std::vector<MatchedPlaces> match_places(const Population& base, const Population& fresh, const Comparability& how);

}  // namespace lw
