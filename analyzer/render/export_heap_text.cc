// SPDX-License-Identifier: Apache-2.0
// The text of Go's /debug/pprof/heap?debug=1: a line of sums and addresses per stack, its frames behind "#" below it.
//
//   heap profile: 12: 3456 [34: 5678] @ heapprofile       alive, in brackets allocated; blocks before bytes
//   3: 1234 [5: 2345] @ 0x1a2b 0x3c4d
//   #	Cache::put(Request const&)	cache.cc:42
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/model/heap_change.h"
#include "analyzer/render/export.h"

namespace lw {
namespace {

struct Row {
  const ViewStack* stack;
  HeapSums sums;
};

std::string text_of(const HeapSums& sums) {
  return fmt::format("{}: {} [{}: {}]", std::llround(sums.live_count), std::llround(sums.live_bytes),
                     std::llround(sums.allocated_count), std::llround(sums.allocated_bytes));
}

bool is_nothing(const HeapSums& sums) { return text_of(sums) == text_of({}); }

std::vector<Row> rows_of(const ExportContent& content, const PprofChoice& choice) {
  std::vector<Row> rows;
  for (const ViewStack& stack : content.view.stacks) {
    const Row row{&stack, choice.since_unix_ns == 0 ? heap_of(*stack.site)
                                                    : heap_change(*stack.process, *stack.site, choice.since_unix_ns)};
    if (!is_nothing(row.sums)) rows.push_back(row);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.sums.live_bytes > b.sums.live_bytes; });
  return rows;
}

std::string frames_of(const ExportContent& content, const ViewStack& stack) {
  std::string text;
  for (const FrameNumber number : content.observation.code[stack.site->stack].frames) {
    text += fmt::format(" {:#x}", content.observation.code[number].offset);
  }
  text += '\n';
  for (const u32 number : content.view.frames_of(stack)) {
    const Place& place = content.view.places[number];
    text += fmt::format("#\t{}\t{}:{}\n", place.name, place.file.empty() ? place.module : place.file, place.line);
  }
  return text + '\n';
}

}  // namespace

std::string heap_text_export(const ExportContent& content, const PprofChoice& choice) {
  const std::vector<Row> rows = rows_of(content, choice);
  HeapSums all;
  for (const Row& row : rows) {
    all.allocated_count += row.sums.allocated_count;
    all.allocated_bytes += row.sums.allocated_bytes;
    all.live_count += row.sums.live_count;
    all.live_bytes += row.sums.live_bytes;
  }
  std::string text = fmt::format("heap profile: {} @ heapprofile\n", text_of(all));
  for (const Row& row : rows) text += text_of(row.sums) + " @" + frames_of(content, *row.stack);
  return text;
}

}  // namespace lw
