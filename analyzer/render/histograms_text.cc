// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/bars.h"
#include "analyzer/render/histograms.h"
#include "analyzer/render/values.h"
#include "analyzer/render/view_title.h"

namespace lw {
namespace {

constexpr size_t kIndent = 2;

std::string title(const Report& report, const std::string& what, const Terminal& terminal) {
  return terminal.ink(Ink::kBold, wrapped(processes_text(report) + ", " + what, terminal.width, 2)) + '\n';
}

std::string size_text(const SizeBin& bin) {
  if (bin.from <= 1) return fmt::format("{} B", bin.from);
  // 1023.99 KiB is not a thing people say: the end of a bin is the beginning of the next.
  return fmt::format("{} – {}", bytes_text(static_cast<f64>(bin.from)), bytes_text(2.0 * static_cast<f64>(bin.from)));
}

std::string age_text(f64 s) { return s == 0 ? "0" : s < 1e-3 ? fmt::format("{:.0f} µs", s * 1e6) : duration_text(s); }

}  // namespace

std::string sizes_text(const std::vector<SizeBin>& bins, bool by_count, const Report& report,
                       const Terminal& terminal) {
  using Side = Table::Side;
  constexpr size_t kNumbers = 62;
  const auto value = [&](const SizeBin& bin) { return by_count ? bin.count.value : bin.bytes.value; };
  f64 most = 0;
  for (const SizeBin& bin : bins) most = std::max(most, value(bin));
  Table table({Side::kRight, Side::kRight, Side::kRight, Side::kLeft});
  table.add({"size of block", "alive", "blocks", ""});
  for (const SizeBin& bin : bins) {
    table.add({size_text(bin), estimate_text(Unit::kBytes, bin.bytes), estimate_text(Unit::kBlocks, bin.count),
               bar(value(bin), most, terminal.width - kNumbers)});
  }
  const std::string text =
      title(report, "blocks alive by their size", terminal) +
      (bins.empty() ? "  Nothing that was sampled is alive.\n" : table.text(terminal.width, kIndent));
  return shown_on(terminal, text);
}

std::string lifetimes_text(const std::vector<LifetimeBin>& bins, const Report& report, const Terminal& terminal) {
  using Side = Table::Side;
  constexpr size_t kNumbers = 64;
  f64 most = 0;
  for (const LifetimeBin& bin : bins) most = std::max(most, bin.freed.value + bin.alive.value);
  Table table({Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kLeft});
  table.add({"age from", "freed", "alive", "reached by", ""});
  for (const LifetimeBin& bin : bins) {
    const size_t width = terminal.width - kNumbers;
    std::string bars = bar(bin.freed.value, most, width);
    const std::string alive = bar(bin.alive.value, most, width);
    for (size_t i = 0; i < shown_width(alive); ++i) bars += "░";
    table.add({age_text(bin.from_s), bin.freed.value > 0 ? estimate_text(Unit::kBlocks, bin.freed) : ".",
               bin.alive.value > 0 ? estimate_text(Unit::kBlocks, bin.alive) : ".", share_text(bin.outlive), bars});
  }
  std::string text = title(report, "blocks by the age at which they were freed", terminal);
  if (bins.empty()) return shown_on(terminal, text + "  Nothing was sampled.\n");
  text += table.text(terminal.width, kIndent);
  text += terminal.ink(Ink::kDim, "  █ freed at that age   ░ alive, and that old by now") + '\n';
  return shown_on(terminal, text);
}

}  // namespace lw
