// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/render/export.h"

namespace lw {
namespace {

std::string in_quotes(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

std::string limits(const Estimate& estimate) {
  return fmt::format("{:.6g},{:.6g},{:.6g}", estimate.value, estimate.low, estimate.high);
}

std::string stack_of(const StackView& view, const ViewStack& stack) {
  std::string text;
  for (const u32 place : view.frames_of(stack)) {
    if (!text.empty()) text += " < ";
    text += view.places[place].name;
  }
  return text;
}

std::string line_of(const StackView& view, const ViewStack& stack) {
  const Assessment& site = *stack.site;
  const Place& place = view.places[view.frames_of(stack).front()];
  return fmt::format("{},{},{},{:.6g},{},{},{},{},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g},{},{},{},{},{}\n",
                     in_quotes(stack.process->name), stack.process->pid, words_of(site.verdict).word, site.confidence,
                     site.samples, limits(site.live_bytes), limits(site.live_count), limits(site.bytes_per_s),
                     site.allocated.bytes, site.allocated.count, site.freed.bytes, site.freed.count, site.died_by_s,
                     in_quotes(place.name), in_quotes(place.file), place.line, in_quotes(place.module),
                     in_quotes(stack_of(view, stack)));
}

}  // namespace

std::string csv_export(const ExportContent& content) {
  std::string text =
      "process,pid,verdict,confidence,samples,live_bytes,live_bytes_low,live_bytes_high,live_count,live_count_low,"
      "live_count_high,growth_bytes_per_s,growth_low,growth_high,alloc_bytes,alloc_count,freed_bytes,freed_count,"
      "lifetime_97_s,function,file,line,module,stack\n";
  for (const ViewStack& stack : content.view.stacks) text += line_of(content.view, stack);
  return text;
}

}  // namespace lw
