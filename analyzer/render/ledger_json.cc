// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/ledger_json.h"

#include <cmath>

namespace lw {
namespace {

const char* word_of(Agreement agreement) {
  switch (agreement) {
    case Agreement::kLevel:
      return "level";
    case Agreement::kBoth:
      return "both_rise";
    case Agreement::kLiveOnly:
      return "only_live_rises";
    case Agreement::kRssOnly:
      return "only_rss_rises";
    case Agreement::kUnknown:
      break;
  }
  return "unknown";
}

const char* word_of(LimitKind limit) {
  switch (limit) {
    case LimitKind::kControlGroup:
      return "cgroup";
    case LimitKind::kAddressSpace:
      return "address_space";
    case LimitKind::kPhysicalMemory:
      break;
  }
  return "physical_memory";
}

const char* word_of(ContainerKind kind) { return kind == ContainerKind::kTable ? "table" : "array"; }

// JSON knows no infinity: a limit that is never met is null.
Json time_or_null(f64 seconds) { return std::isfinite(seconds) ? json_number(seconds) : Json(nullptr); }

Json points_of(const Ledger& ledger) {
  Json points = Json::array();
  for (const LedgerPoint& point : ledger.points) {
    Json json{{"t_s", json_number(point.at_s)}};
    for (size_t part = 0; part < kLedgerParts; ++part) {
      if (ledger.parts[part].known) json[word_of(LedgerPart{static_cast<u8>(part)})] = json_number(point.bytes[part]);
    }
    points.push_back(std::move(json));
  }
  return points;
}

Json json_of(const ThreadCase& grounds) {
  return {{"running", grounds.running},
          {"ended", grounds.ended},
          {"threads_per_s", json_of(grounds.threads_per_s)},
          {"stack_bytes", json_number(grounds.stack_bytes)},
          {"reserved_bytes", json_number(grounds.reserved_bytes)},
          {"heap_bytes", json_number(grounds.heap_bytes)}};
}

Json json_of(const ResidueCase& grounds, const Names& names) {
  Json json{{"kind", grounds.emptied ? "emptied" : "untouched"},
            {"capacity_bytes", json_number(grounds.capacity_bytes)},
            {"touched_bytes", json_number(grounds.touched_bytes)},
            {"since_s", json_number(grounds.since_s)}};
  if (!grounds.emptied) return json;
  json["container"] = word_of(grounds.kind);
  json["contents_peak_bytes"] = json_number(grounds.contents_peak_bytes);
  json["contents_bytes"] = json_number(grounds.contents_bytes);
  json["contents_site"] = json_of_site(names.site(grounds.contents));
  return json;
}

Json json_of(const ChurnCase& grounds) {
  return {{"blocks_per_s", json_number(grounds.blocks_per_s)},
          {"bytes_per_s", json_number(grounds.bytes_per_s)},
          {"call_share", json_number(grounds.call_share)},
          {"cpu_share", json_number(grounds.cpu_share)}};
}

Json json_of(const FragmentationCase& grounds) {
  return {{"rising", grounds.rising},
          {"free_bytes", json_number(grounds.free_bytes)},
          {"in_use_bytes", json_number(grounds.in_use_bytes)},
          {"most_in_use_bytes", json_number(grounds.most_in_use_bytes)},
          {"releasable_bytes", json_number(grounds.releasable_bytes)},
          {"window_s", json_number(grounds.window_s)}};
}

Json json_of(const ContainerCase& container) {
  Json json{{"kind", word_of(container.kind)},
            {"capacity_bytes", json_number(container.capacity_bytes)},
            {"by_sizes", container.by_sizes},
            {"by_frames", container.by_frames},
            {"steps", container.steps}};
  if (container.touched_share) json["touched_share"] = json_number(*container.touched_share);
  return json;
}

Json json_of(const std::vector<FreedBy>& ways, const Names& names) {
  Json json = Json::array();
  for (const FreedBy& way : ways) {
    json.push_back({{"site", json_of_site(names.site(way.stack))},
                    {"share", json_number(way.share)},
                    {"stack", json_of(names[way.stack])}});
  }
  return json;
}

}  // namespace

const char* word_of(LedgerPart part) {
  constexpr const char* kWords[kLedgerParts] = {"alive", "retained", "stacks", "mapped", "files", "own", "unexplained"};
  return kWords[static_cast<size_t>(part)];
}

Json json_of_ledger(const Ledger& ledger) {
  if (!ledger.known) return nullptr;
  Json parts = Json::object();
  for (size_t i = 0; i < kLedgerParts; ++i) {
    const LedgerEntry& entry = ledger.parts[i];
    if (!entry.known) continue;
    parts[word_of(LedgerPart{static_cast<u8>(i)})] = {{"bytes", json_of(entry.bytes)},
                                                      {"bytes_per_s", json_of(entry.bytes_per_s)}};
  }
  return {{"rss_bytes", json_number(ledger.rss_bytes)},
          {"most_rss_bytes", json_number(ledger.most_rss_bytes)},
          {"rss_bytes_per_s", json_of(ledger.rss_bytes_per_s)},
          {"parts", std::move(parts)},
          {"agreement", word_of(ledger.agreement)},
          {"allocator_free_bytes", json_number(ledger.allocator_free)},
          {"allocator_releasable_bytes", json_number(ledger.allocator_releasable)},
          {"untouched_bytes", json_number(ledger.untouched_bytes)},
          {"points", points_of(ledger)}};
}

Json json_of_forecast(const ProcessReport& report, const Names& names) {
  if (!report.forecast) return nullptr;
  const Forecast& forecast = *report.forecast;
  Json shares = Json::array();
  for (const ForecastShare& share : forecast.shares) {
    const StackNumber stack = report.findings[share.finding].stack;
    shares.push_back({{"site", json_of_site(names.site(stack))}, {"share", json_number(share.share)}});
  }
  return {{"limit", word_of(forecast.limit)},
          {"limit_bytes", json_number(forecast.limit_bytes)},
          {"used_bytes", json_number(forecast.used_bytes)},
          {"bytes_per_s", json_of(forecast.bytes_per_s)},
          {"time_s",
           {{"estimate", time_or_null(forecast.time_s.value)},
            {"low", time_or_null(forecast.time_s.low)},
            {"high", time_or_null(forecast.time_s.high)}}},
          {"shares", std::move(shares)}};
}

Json json_of_churn(const ChurnTotal& churn) {
  return {{"pairs_per_s", json_number(churn.pairs_per_s)},
          {"cpus", json_number(churn.cpus)},
          {"cpu_share", json_number(churn.cpu_share)}};
}

void add_grounds(Json& finding, const Assessment& assessment, const Names& names) {
  if (assessment.thread) finding["thread"] = json_of(*assessment.thread);
  if (assessment.residue) finding["residue"] = json_of(*assessment.residue, names);
  if (assessment.churn) finding["churn"] = json_of(*assessment.churn);
  if (assessment.fragmentation) finding["fragmentation"] = json_of(*assessment.fragmentation);
  if (assessment.container) finding["container"] = json_of(*assessment.container);
  if (!assessment.freed_by.empty()) finding["freed_by"] = json_of(assessment.freed_by, names);
}

}  // namespace lw
