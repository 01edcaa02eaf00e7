// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/memory_chart.h"

#include <algorithm>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"

namespace lw {
namespace {

f64 top_of(const MemoryColumn& column) {
  return std::max(column.rss_bytes, column.live_bytes.value + column.allocator_free);
}

const char* cell(const MemoryColumn& column, f64 level) {
  if (level < column.live_bytes.value) return "█";
  if (level < column.live_bytes.value + column.allocator_free) return "▒";
  return level < column.rss_bytes ? "░" : " ";
}

}  // namespace

std::vector<std::string> memory_chart(const std::vector<MemoryColumn>& columns, size_t height, const std::string& begin,
                                      const std::string& end) {
  f64 most = 0;
  for (const MemoryColumn& column : columns) most = std::max(most, top_of(column));
  const f64 rows = static_cast<f64>(height);
  std::vector<std::string> lines;
  for (size_t row = height; row > 0; --row) {
    const bool labelled = row == height || row == height / 2;
    const std::string label = labelled ? bytes_text(most * static_cast<f64>(row) / rows) : "";
    std::string line = std::string(kChartAxisWidth - 1 - shown_width(label), ' ') + label + " │";
    for (const MemoryColumn& column : columns) line += cell(column, most * (static_cast<f64>(row) - 0.5) / rows);
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  std::string axis = std::string(kChartAxisWidth - 2, ' ') + "0 └";
  for (size_t i = 0; i < columns.size(); ++i) axis += "─";
  lines.push_back(std::move(axis));
  const size_t both = begin.size() + end.size();
  const size_t gap = columns.size() > both ? columns.size() - both : 1;
  lines.push_back(std::string(kChartAxisWidth + 1, ' ') + begin + std::string(gap, ' ') + end);
  return lines;
}

}  // namespace lw
