// SPDX-License-Identifier: Apache-2.0
// How long until a process meets a limit, if it goes on as it does.
#pragma once

#include <optional>
#include <vector>

#include "analyzer/model/assess.h"
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

// A limit that is further away than this is none.
inline constexpr f64 kFurthestForecast_s = 5.0 * 365 * 86400;

// The limit that is met first. Nothing if no finding grows, or none comes near in years.
std::optional<Forecast> forecast_of(const Process& process, const Ledger& ledger,
                                    const std::vector<Assessment>& findings);

}  // namespace lw
