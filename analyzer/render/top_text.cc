// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/top.h"

namespace lw {
namespace {

// What the order is by, where the three columns that are always there do not show it.
std::string extra_column(const Ranking& ranking, const Process& process, const Assessment& site) {
  const f64 value = ranking.value(process, site);
  if (ranking.word == "alloc_bytes") return bytes_text(value);
  if (ranking.word == "alloc_count") return count_text(value);
  if (ranking.word == "churn") return rate_text(value);
  if (ranking.word == "lifetime") return value > 0 ? duration_text(value) : "none died";
  return "";
}

std::string extra_title(const Ranking& ranking) {
  if (ranking.word == "alloc_bytes" || ranking.word == "alloc_count") return "allocated";
  if (ranking.word == "churn") return "freed";
  return ranking.word == "lifetime" ? "97 % died by" : "";
}

}  // namespace

std::string top_text(const std::vector<TopOfProcess>& tops, const Ranking& ranking, const Names& names,
                     const Terminal& terminal) {
  using Side = Table::Side;
  const std::string title = extra_title(ranking);
  // Numbers take so much; the rest is the site's.
  const size_t place_width = terminal.width - (title.empty() ? 36 : 52);
  std::string text;
  for (const TopOfProcess& top : tops) {
    if (!text.empty()) text += '\n';
    const Process& process = *top.report->process;
    text += terminal.ink(Ink::kBold, fmt::format("{}, by {}", process_text(process), ranking.meaning)) + '\n';
    Table table(title.empty() ? std::vector{Side::kRight, Side::kRight, Side::kRight, Side::kLeft}
                              : std::vector{Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kLeft});
    const auto add = [&](std::vector<std::string> cells, const std::string& extra, const std::string& place) {
      if (!title.empty()) cells.insert(cells.begin(), extra);
      cells.push_back(place);
      table.add(std::move(cells));
    };
    add({"alive", "blocks", "growth"}, title, "site");
    for (const Assessment& site : top.sites) {
      add({bytes_text(site.live_bytes.value), count_text(site.live_count.value), rate_text(site.bytes_per_s.value)},
          extra_column(ranking, process, site), place_text(names[site.stack].site(), place_width));
    }
    text += table.text(terminal.width, 2);
  }
  return shown_on(terminal, text);
}

}  // namespace lw
