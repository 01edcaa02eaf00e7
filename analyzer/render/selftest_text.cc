// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/selftest.h"

namespace lw {
namespace {

std::string words_of(Place place, const Terminal& terminal) {
  switch (place) {
    case Place::kInside:
      return terminal.ink(Ink::kGreen, "inside");
    case Place::kNearby:
      return terminal.ink(Ink::kYellow, "just outside, as in 1 run of 20");
    case Place::kOutside:
      break;
  }
  return terminal.ink(Ink::kRed, "outside");
}

std::string bytes_interval(const Estimate& estimate) {
  return fmt::format("{} ({} to {})", bytes_text(estimate.value), bytes_text(estimate.low), bytes_text(estimate.high));
}

std::string blocks_interval(const Estimate& estimate) {
  return fmt::format("{} ({} to {})", count_text(estimate.value), count_text(estimate.low), count_text(estimate.high));
}

std::string one_process(const SelftestResult& result, const Terminal& terminal) {
  const f64 bytes = static_cast<f64>(result.truth.bytes);
  const f64 blocks = static_cast<f64>(result.truth.blocks);
  const Assessment& estimated = result.estimated;
  using enum Table::Side;
  Table table({kLeft, kLeft, kLeft, kLeft});
  table.add({"", "true", "estimated", "the truth lies"});
  table.add({"bytes", bytes_text(bytes), bytes_interval(estimated.live_bytes), words_of(result.bytes, terminal)});
  table.add({"blocks", count_text(blocks), blocks_interval(estimated.live_count), words_of(result.blocks, terminal)});
  std::string text = fmt::format("{}, from {} samples:\n", process_text(*result.process),
                                 count_text(static_cast<f64>(estimated.samples)));
  text += table.text(terminal.width, 0);
  if (estimated.verdict == Verdict::kGrowing && result.leaky_s() > 0) {
    text += wrapped(fmt::format("The report would call it growing, {} sure: {} ({} to {}); in truth it grew {}.",
                                confidence_text(estimated.confidence), rate_text(estimated.bytes_per_s.value),
                                rate_text(estimated.bytes_per_s.low), rate_text(estimated.bytes_per_s.high),
                                rate_text(bytes / result.leaky_s())),
                    terminal.width, 0) +
            "\n";
  }
  return text;
}

}  // namespace

std::string selftest_text(const std::vector<SelftestResult>& results, const Terminal& terminal) {
  std::string text;
  for (const SelftestResult& result : results) text += one_process(result, terminal);
  return shown_on(terminal, text);
}

}  // namespace lw
