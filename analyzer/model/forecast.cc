// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/forecast.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lw {
namespace {

f64 rss_of(const MemoryPoint& point) { return static_cast<f64>(point.rss_bytes); }
f64 group_of(const MemoryPoint& point) { return static_cast<f64>(point.cgroup_bytes); }
f64 addresses_of(const MemoryPoint& point) { return static_cast<f64>(point.virtual_bytes); }

struct Limited {
  LimitKind kind;
  f64 limit_bytes;
  f64 (*used)(const MemoryPoint&);
};

std::vector<Limited> limits_of(const Process& process) {
  std::vector<Limited> limits;
  const auto add = [&](LimitKind kind, u64 bytes, auto used) {
    if (bytes > 0 && used(process.memory.back()) > 0) limits.push_back({kind, static_cast<f64>(bytes), used});
  };
  add(LimitKind::kControlGroup, process.memory.back().cgroup_limit, group_of);
  add(LimitKind::kAddressSpace, process.address_space_limit, addresses_of);
  add(LimitKind::kPhysicalMemory, process.memory_total, rss_of);
  return limits;
}

bool grows(const Assessment& finding) { return finding.bytes_per_s.value > 0 && words_of(finding.verdict).leak; }

// Their errors are independent: the margins add up as squares do.
Estimate sum_of_growth(const std::vector<Assessment>& findings) {
  f64 sum = 0, below = 0, above = 0;
  for (const Assessment& finding : findings) {
    if (!grows(finding)) continue;
    const Estimate& rate = finding.bytes_per_s;
    sum += rate.value;
    below += (rate.value - rate.low) * (rate.value - rate.low);
    above += (rate.high - rate.value) * (rate.high - rate.value);
  }
  return {sum, sum - std::sqrt(below), sum + std::sqrt(above)};
}

// Others share a control group, and page cache comes and goes in it: where its use does not rise for certain, and
// neither does the process's own, what the leaks add must be expected to arrive there all the same.
Estimate slope_of(const Process& process, const Limited& limited, const Estimate& leaks) {
  const Estimate used = theil_sen_slope(later_curve(process.memory, limited.used));
  return used.low > 0 ? used : leaks;
}

Forecast forecast_for(const Process& process, const Limited& limited, const Estimate& leaks) {
  Forecast forecast;
  forecast.limit = limited.kind;
  forecast.limit_bytes = limited.limit_bytes;
  forecast.used_bytes = limited.used(process.memory.back());
  forecast.bytes_per_s = slope_of(process, limited, leaks);
  const f64 room = std::max(0.0, forecast.limit_bytes - forecast.used_bytes);
  const auto time_at = [&](f64 slope) { return slope > 0 ? room / slope : std::numeric_limits<f64>::infinity(); };
  forecast.time_s = {time_at(forecast.bytes_per_s.value), time_at(forecast.bytes_per_s.high),
                     time_at(forecast.bytes_per_s.low)};
  return forecast;
}

}  // namespace

std::optional<Estimate> rate_now(const Assessment& site, const Course& course) {
  if (site.verdict == Verdict::kGrowing) return site.bytes_per_s;
  return course.known() ? std::optional(course.now().bytes_per_s) : std::nullopt;
}

Estimate level_ahead(const Estimate& now, const Estimate& rate, f64 ahead_s) {
  const f64 level = now.value + rate.value * ahead_s;
  const f64 down = std::hypot(now.value - now.low, (rate.value - rate.low) * ahead_s);
  const f64 up = std::hypot(now.high - now.value, (rate.high - rate.value) * ahead_s);
  return {std::max(0.0, level), std::max(0.0, level - down), std::max(0.0, level + up)};
}

std::optional<Forecast> forecast_of(const Process& process, const Ledger& ledger,
                                    const std::vector<Assessment>& findings) {
  const Estimate leaks = sum_of_growth(findings);
  if (leaks.value <= 0 || !ledger.known) return {};
  std::optional<Forecast> first;
  for (const Limited& limited : limits_of(process)) {
    Forecast forecast = forecast_for(process, limited, leaks);
    if (!first || forecast.time_s.value < first->time_s.value) first = std::move(forecast);
  }
  const f64 furthest_s = std::min(kFurthestForecast_s, kFurthestForecast * process.duration_s());
  if (!first || first->time_s.value > furthest_s) return {};
  for (size_t i = 0; i < findings.size(); ++i) {
    if (!grows(findings[i])) continue;
    const f64 whole = std::max(leaks.value, first->bytes_per_s.value);
    first->shares.push_back({i, findings[i].bytes_per_s.value / whole});
  }
  return first;
}

}  // namespace lw
