// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/model/memory_columns.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/memory.h"
#include "analyzer/render/memory_chart.h"
#include "analyzer/render/values.h"

namespace lw {
namespace {

constexpr size_t kHeight = 12, kTableRows = 6;

std::string or_unknown(f64 bytes) { return bytes > 0 ? bytes_text(bytes) : "."; }

std::string table_of(const std::vector<MemoryPoint>& log, size_t width) {
  using Side = Table::Side;
  Table table({Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight});
  table.add({"after", "alive", "held free", "in use, it says", "RSS", "threads"});
  for (const MemoryColumn& at : memory_columns(log, std::min(kTableRows, log.size()))) {
    table.add({duration_text(at.at_s), estimate_text(Unit::kBytes, at.live_bytes), or_unknown(at.allocator_free),
               or_unknown(at.allocator_in_use), or_unknown(at.rss_bytes),
               at.threads == 0 ? "." : count_text(static_cast<f64>(at.threads))});
  }
  return table.text(width, 2);
}

}  // namespace

std::string memory_text(const Report& report, const Terminal& terminal) {
  std::string text;
  for (const ProcessReport& entry : report.processes) {
    const Process& process = *entry.process;
    if (!text.empty()) text += '\n';
    text += terminal.ink(Ink::kBold, process_text(process) + ", memory over time") + '\n';
    const std::vector<MemoryColumn> columns = memory_columns(process.memory, terminal.width - kChartAxisWidth - 2);
    if (columns.empty()) {
      text += "  The log has no points.\n";
      continue;
    }
    for (const std::string& line : memory_chart(columns, kHeight, "0", duration_text(process.duration_s()))) {
      text += line + '\n';
    }
    text += fmt::format("  {}\n\n", kChartLegend);
    text += table_of(process.memory, terminal.width);
  }
  return shown_on(terminal, text);
}

}  // namespace lw
