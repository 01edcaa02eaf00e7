// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/match_places.h"

#include <algorithm>

namespace lw {
namespace {

// A change that chance does not explain at this level is one, when it is asked whether two places are one.
constexpr f64 kChanged = 0.05;

bool has_changed(const std::optional<SharedPlace>& base, const std::optional<SharedPlace>& fresh,
                 const Comparability& how) {
  return compare(base.value_or(SharedPlace{}), fresh.value_or(SharedPlace{}), how).p_any() < kChanged;
}

class Matcher {
 public:
  Matcher(const Population& base, const Population& fresh, const Comparability& how) : how_(how) {
    for (const auto& [key, place] : base.places) {
      const auto same = fresh.places.find(key);
      matched_.push_back({place, same == fresh.places.end() ? std::nullopt : std::optional(same->second), {}});
    }
    for (const auto& [key, place] : fresh.places) {
      if (base.places.count(key) == 0) matched_.push_back({std::nullopt, place, {}});
    }
  }

  std::vector<MatchedPlaces> match() {
    pair_renamed();
    join_with_callers();
    return std::move(matched_);
  }

 private:
  struct Pair {
    f64 similarity;
    size_t gone, fresh;
  };

  void pair_renamed() {
    std::vector<Pair> pairs;
    for (size_t gone = 0; gone < matched_.size(); ++gone) {
      if (!matched_[gone].base || matched_[gone].fresh) continue;
      for (size_t fresh = 0; fresh < matched_.size(); ++fresh) {
        if (matched_[fresh].base || matched_[fresh].fresh->key.first != matched_[gone].base->key.first) continue;
        const f64 alike = similarity(matched_[gone].base->path, matched_[fresh].fresh->path);
        if (alike >= kSimilarPath) pairs.push_back({alike, gone, fresh});
      }
    }
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const Pair& a, const Pair& b) { return a.similarity > b.similarity; });
    for (const Pair& pair : pairs) {
      MatchedPlaces& gone = matched_[pair.gone];
      MatchedPlaces& fresh = matched_[pair.fresh];
      if (gone.fresh || !fresh.fresh) continue;  // matched better already
      gone.fresh = std::move(fresh.fresh);
      fresh.fresh.reset();
    }
    drop_emptied();
  }

  void join_with_callers() {
    for (MatchedPlaces& alone : matched_) {
      if (alone.base.has_value() == alone.fresh.has_value()) continue;
      const SharedPlace& place = alone.base ? *alone.base : *alone.fresh;
      MatchedPlaces* caller = known_caller(place, alone.base.has_value());
      if (caller == nullptr) continue;
      MatchedPlaces sum = *caller;
      std::optional<SharedPlace>& side = alone.base ? sum.base : sum.fresh;
      side = side ? joined(*side, place) : place;
      sum.contains.push_back(place.key);
      if (has_changed(sum.base, sum.fresh, how_)) continue;
      *caller = std::move(sum);
      alone = {};
    }
    drop_emptied();
  }

  // The innermost caller within reach that is a place of its own on the other side.
  MatchedPlaces* known_caller(const SharedPlace& place, bool in_base) {
    for (size_t out = 1; out < place.path.size() && out <= kInliningReach; ++out) {
      for (MatchedPlaces& candidate : matched_) {
        const std::optional<SharedPlace>& other = in_base ? candidate.fresh : candidate.base;
        if (other && other->key == PlaceKey{place.key.first, place.path[out]}) return &candidate;
      }
    }
    return nullptr;
  }

  void drop_emptied() {
    std::erase_if(matched_, [](const MatchedPlaces& places) { return !places.base && !places.fresh; });
  }

  const Comparability& how_;
  std::vector<MatchedPlaces> matched_;
};

}  // namespace

std::vector<MatchedPlaces> match_places(const Population& base, const Population& fresh, const Comparability& how) {
  return Matcher(base, fresh, how).match();
}

}  // namespace lw
