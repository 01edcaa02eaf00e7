// SPDX-License-Identifier: Apache-2.0
// Where it leads if it goes on as it does: how much will be alive at a place, and how long until the process meets a
// limit.
#pragma once

#include <optional>
#include <vector>

#include "analyzer/model/assess.h"
#include "analyzer/model/course.h"
#include "analyzer/model/ledger.h"

namespace lw {

enum class LimitKind : u8 { kControlGroup, kAddressSpace, kPhysicalMemory };

// The part of one finding in the growth.
struct ForecastShare {
  size_t finding;  // number in ProcessReport::findings
  f64 share;       // of the slope; several may add up to more than 1 where the estimates are rough
};

struct Forecast {
  LimitKind limit = LimitKind::kPhysicalMemory;
  f64 limit_bytes = 0, used_bytes = 0;
  Estimate bytes_per_s;  // at which the use of it rises
  Estimate time_s;       // from the last point until the limit; `high` is infinite where the slope may be nearly none
  std::vector<ForecastShare> shares;
};

// The rate at which what is alive at a place moves now: a finding's own, elsewhere that of the last stretch of its
// course. Nothing if neither is known.
std::optional<Estimate> rate_now(const Assessment& site, const Course& course);

// What is alive after another `ahead_s` at this rate, with what is uncertain of the rate and of the level now. Never
// below nothing.
Estimate level_ahead(const Estimate& now, const Estimate& rate, f64 ahead_s);

// A limit that is further away than this is none; neither is one that is further away than so many times as long as the
// process was watched. (A linker that lost 7 KiB in 7 ms would have met the machine's memory in five hours.)
inline constexpr f64 kFurthestForecast_s = 5.0 * 365 * 86400, kFurthestForecast = 1000;

// The limit that is met first. Nothing if no finding grows, or none comes near.
std::optional<Forecast> forecast_of(const Process& process, const Ledger& ledger,
                                    const std::vector<Assessment>& findings);

}  // namespace lw
