// SPDX-License-Identifier: Apache-2.0
// Memory over time as a chart of characters. Each column is one stretch of time; from the bottom up: alive in malloc,
// held free by the allocator, the rest of what the system says (RSS).
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/memory_columns.h"

namespace lw {

inline constexpr size_t kChartAxisWidth = 11;
inline constexpr const char* kChartLegend =
    "█ alive in malloc   ▒ held free by the allocator   ░ other memory of the process";

// `height` lines and two for the axis of time below, whose ends are called `begin` and `end`. No space stands at the
// end of a line.
std::vector<std::string> memory_chart(const std::vector<MemoryColumn>& columns, size_t height, const std::string& begin,
                                      const std::string& end);

}  // namespace lw
