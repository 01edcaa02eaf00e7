// SPDX-License-Identifier: Apache-2.0
// Each column of the chart is one stretch of time; from the bottom up: alive in malloc, held free by the allocator, the
// rest of what the system says (RSS).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/model/memory_columns.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/memory.h"
#include "analyzer/render/values.h"

namespace lw {
namespace {

constexpr size_t kHeight = 12, kAxisWidth = 11, kTableRows = 6;

f64 top_of(const MemoryColumn& column) {
  return std::max(column.rss_bytes, column.live_bytes.value + column.allocator_free);
}

const char* cell(const MemoryColumn& column, f64 level) {
  if (level < column.live_bytes.value) return "█";
  if (level < column.live_bytes.value + column.allocator_free) return "▒";
  return level < column.rss_bytes ? "░" : " ";
}

std::string chart(const std::vector<MemoryColumn>& columns, f64 duration_s) {
  f64 most = 0;
  for (const MemoryColumn& column : columns) most = std::max(most, top_of(column));
  std::string text;
  for (size_t row = kHeight; row > 0; --row) {
    const bool labelled = row == kHeight || row == kHeight / 2;
    const std::string label = labelled ? bytes_text(most * static_cast<f64>(row) / kHeight) : "";
    std::string line = std::string(kAxisWidth - 1 - shown_width(label), ' ') + label + " │";
    for (const MemoryColumn& column : columns) line += cell(column, most * (static_cast<f64>(row) - 0.5) / kHeight);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  text += std::string(kAxisWidth - 2, ' ') + "0 └";
  for (size_t i = 0; i < columns.size(); ++i) text += "─";
  const std::string end = duration_text(duration_s);
  const size_t gap = columns.size() > end.size() + 1 ? columns.size() - end.size() - 1 : 1;
  return text + '\n' + std::string(kAxisWidth + 1, ' ') + '0' + std::string(gap, ' ') + end + '\n';
}

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
    const std::vector<MemoryColumn> columns = memory_columns(process.memory, terminal.width - kAxisWidth - 2);
    if (columns.empty()) {
      text += "  The log has no points.\n";
      continue;
    }
    text += chart(columns, process.duration_s());
    text += "  █ alive in malloc   ▒ held free by the allocator   ░ other memory of the process\n\n";
    text += table_of(process.memory, terminal.width);
  }
  return shown_on(terminal, text);
}

}  // namespace lw
