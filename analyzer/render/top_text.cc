// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/base/columns.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/measure_title.h"
#include "analyzer/render/top.h"
#include "analyzer/render/values.h"

namespace lw {
namespace {

struct Column {
  const char* title;
  Unit unit;
  Estimate (*value)(const Assessment& site);
};
constexpr Column kAlive = {"alive", Unit::kBytes, [](const Assessment& site) { return site.live_bytes; }};
constexpr Column kGrowth = {"growth", Unit::kBytesPerSecond, [](const Assessment& site) { return site.bytes_per_s; }};

// What the order is by, and what is most wanted beside it.
Table table_of(const TopOfProcess& top, const Measure& measure, const Names& names, size_t place_width) {
  using Side = Table::Side;
  const Column& beside = measure.word == "live_bytes" ? kGrowth : kAlive;
  Table table({Side::kRight, Side::kRight, Side::kLeft});
  table.add({measure_title(measure), beside.title, "site"});
  for (const Assessment& site : top.sites) {
    const Estimate value = estimate_of(measure, measure.amount(*top.report->process, site), 0);
    table.add({estimate_text(measure.unit, value), estimate_text(beside.unit, beside.value(site)),
               place_text(names.site(site.stack), place_width)});
  }
  return table;
}

}  // namespace

std::string top_text(const std::vector<TopOfProcess>& tops, const Measure& measure, const Names& names,
                     const Terminal& terminal) {
  // Numbers take so much; the rest is the site's.
  const size_t place_width = terminal.width - 37;
  std::string text;
  for (const TopOfProcess& top : tops) {
    if (!text.empty()) text += '\n';
    text += terminal.ink(Ink::kBold, fmt::format("{}, by {}", process_text(*top.report->process), measure.meaning)) +
            '\n' + table_of(top, measure, names, place_width).text(terminal.width, 2);
  }
  return shown_on(terminal, text);
}

}  // namespace lw
