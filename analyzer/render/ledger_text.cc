// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/ledger_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/evidence.h"

namespace lw {
namespace {

constexpr size_t kIndent = 2, kPartIndent = 4;
// Parts below this share that do not move are left to the sum.
constexpr f64 kLeastShown = 0.01;
// So much unexplained is worth a sentence.
constexpr f64 kLeastUnexplained = 0.2, kLeastUnexplainedBytes = 4 << 20;

bool is_shown(const Ledger& ledger, LedgerPart part) {
  const LedgerEntry& entry = ledger[part];
  if (part == LedgerPart::kAlive) return entry.known;
  const bool moves = entry.bytes_per_s.low > 0 || entry.bytes_per_s.high < 0;
  const f64 share = entry.bytes.value / std::max(1.0, ledger.rss_bytes);
  return entry.known && (share >= kLeastShown || (moves && share >= kLeastShown / 10));
}

std::string bytes_with_error(const Estimate& bytes) {
  const f64 margin = (bytes.high - bytes.low) / 2;
  if (margin < 0.005 * bytes.value) return bytes_text(bytes.value);
  return fmt::format("{} ±{}", bytes_text(bytes.value), bytes_number(margin, bytes.value));
}

// What a part consists of, where that can be said: a sentence each.
std::string notes(const Ledger& ledger) {
  std::string text;
  const LedgerEntry& retained = ledger[LedgerPart::kRetained];
  if (is_shown(ledger, LedgerPart::kRetained) && ledger.allocator_free > 0) {
    text =
        fmt::format("The allocator holds {} free", bytes_text(std::min(ledger.allocator_free, retained.bytes.value)));
    if (ledger.allocator_releasable > 0) {
      text += fmt::format("; a trim gives back {}", bytes_text(ledger.allocator_releasable));
    }
    text += ". ";
  }
  if (ledger.untouched_bytes > 0.01 * ledger.rss_bytes) {
    text += fmt::format("{} of what is alive were never written to.", bytes_text(ledger.untouched_bytes));
  }
  return text;
}

std::string parts_table(const Ledger& ledger, size_t width) {
  using Side = Table::Side;
  Table table({Side::kLeft, Side::kLeft, Side::kLeft});
  for (size_t i = 0; i < kLedgerParts; ++i) {
    const LedgerPart part{static_cast<u8>(i)};
    if (!is_shown(ledger, part)) continue;
    const LedgerEntry& entry = ledger[part];
    table.add({part_text(part), bytes_with_error(entry.bytes), slope_text(entry.bytes_per_s)});
  }
  std::string text = table.text(width, kPartIndent);
  const std::string about_them = notes(ledger);
  if (!about_them.empty()) text += wrapped(std::string(kPartIndent, ' ') + about_them, width, kPartIndent) + '\n';
  return text;
}

std::string coverage(const Ledger& ledger) {
  const LedgerEntry& rest = ledger[LedgerPart::kUnexplained];
  const f64 share = rest.bytes.value / std::max(1.0, ledger.rss_bytes);
  if (!rest.known || !ledger[LedgerPart::kRetained].known) return "";
  if (share < kLeastUnexplained || rest.bytes.value < kLeastUnexplainedBytes) return "";
  return fmt::format(
      "{} of the memory is explained; the rest came from the system in ways that leakwatch does not see.",
      share_text(1 - share));
}

std::string limit_text(const Forecast& forecast) {
  switch (forecast.limit) {
    case LimitKind::kControlGroup:
      return "the limit of its control group of " + bytes_text(forecast.limit_bytes);
    case LimitKind::kAddressSpace:
      return "its limit of addresses (RLIMIT_AS) of " + bytes_text(forecast.limit_bytes);
    case LimitKind::kPhysicalMemory:
      break;
  }
  return "the machine's memory of " + bytes_text(forecast.limit_bytes);
}

std::string time_range(const Estimate& time_s) {
  const std::string about = rough_duration_text(time_s.value);
  if (!std::isfinite(time_s.high) || time_s.high > kFurthestForecast_s) {
    return fmt::format("about {} ({} at the soonest)", about, rough_duration_text(time_s.low));
  }
  const std::string soonest = rough_duration_text(time_s.low), latest = rough_duration_text(time_s.high);
  return soonest == latest ? "about " + about : fmt::format("about {} ({} to {})", about, soonest, latest);
}

}  // namespace

std::string slope_text(const Estimate& rate) {
  if (rate.low <= 0 && rate.high >= 0) return "level";
  return (rate.value > 0 ? "+" : "") + rate_text(rate.value);
}

const char* part_text(LedgerPart part) {
  switch (part) {
    case LedgerPart::kAlive:
      return "alive in malloc";
    case LedgerPart::kRetained:
      return "kept by the allocator";
    case LedgerPart::kStacks:
      return "threads' stacks";
    case LedgerPart::kMapped:
      return "mapped by the program";
    case LedgerPart::kFiles:
      return "code, files, shared memory";
    case LedgerPart::kOwn:
      return "leakwatch itself";
    case LedgerPart::kUnexplained:
      break;
  }
  return "unexplained";
}

std::string disagreement_text(const Ledger& ledger) {
  switch (ledger.agreement) {
    case Agreement::kLiveOnly:
      return "More is alive all the time, yet the process does not grow: the blocks fill memory that it had before.";
    case Agreement::kRssOnly:
      return fmt::format(
          "The process grows, what is alive in malloc does not: it grows by {}.",
          ledger.rising == LedgerPart::kMapped ? "what the program maps itself" : part_text(ledger.rising));
    case Agreement::kBoth:
    case Agreement::kLevel:
    case Agreement::kUnknown:
      break;
  }
  return "";
}

std::string ledger_text(const ProcessReport& report, const Terminal& terminal) {
  const Ledger& ledger = report.ledger;
  const auto line = [&](const std::string& text) {
    return wrapped(std::string(kIndent, ' ') + text, terminal.width, kIndent) + '\n';
  };
  if (!ledger.known) return line(fmt::format("Memory: {} alive.", bytes_text(ledger.live_bytes.value)));
  std::string text = line(fmt::format("Memory: RSS {}, {}, at most {}, of which", bytes_text(ledger.rss_bytes),
                                      slope_text(ledger.rss_bytes_per_s), bytes_text(ledger.most_rss_bytes)));
  text += parts_table(ledger, terminal.width);
  for (const std::string& sentence : {disagreement_text(ledger), coverage(ledger)}) {
    if (!sentence.empty()) text += line(sentence);
  }
  return text;
}

std::string forecast_text(const ProcessReport& report, const Names& names) {
  if (!report.forecast) return "";
  const Forecast& forecast = *report.forecast;
  const bool runs = report.process->ended == Ended::kRunning;
  std::string text = fmt::format("At {} pace it {} {} in {}", runs ? "this" : "that", runs ? "meets" : "would have met",
                                 limit_text(forecast), time_range(forecast.time_s));
  constexpr size_t kMostShares = 2;
  for (size_t i = 0; i < std::min(kMostShares, forecast.shares.size()); ++i) {
    const ForecastShare& share = forecast.shares[i];
    const StackNumber stack = report.findings[share.finding].stack;
    text += fmt::format("{}{} by {}", i == 0 ? ": " : ", ", share_text(share.share), place_text(names.site(stack)));
  }
  return text + '.';
}

}  // namespace lw
