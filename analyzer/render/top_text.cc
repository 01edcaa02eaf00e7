// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/top.h"

namespace lw {

std::string top_text(const std::vector<TopOfProcess>& tops, const Ranking& ranking, const Names& names,
                     const Terminal& terminal) {
  using Side = Table::Side;
  std::string text;
  for (const TopOfProcess& top : tops) {
    if (!text.empty()) text += '\n';
    text += terminal.ink(Ink::kBold, fmt::format("{}, by {}", process_text(*top.report->process), ranking.meaning)) + '\n';
    Table table({Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kLeft});
    table.add({"alive", "blocks", "allocated", "growth", "97 % die in", "site"});
    for (const Assessment& site : top.sites) {
      table.add({bytes_text(site.live_bytes.value), count_text(site.live_count.value), bytes_text(site.allocated.bytes),
                 rate_text(site.bytes_per_s.value), site.died_by_s > 0 ? duration_text(site.died_by_s) : "—",
                 place_text(names[site.stack].site())});
    }
    text += table.text(terminal.width, 2);
  }
  return shown_on(terminal, text);
}

}  // namespace lw
