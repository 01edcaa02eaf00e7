// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/finding_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/class_evidence.h"
#include "analyzer/render/evidence.h"

namespace lw {
namespace {

constexpr size_t kLabelIndent = 4, kTextIndent = 12;

Ink ink_of(Verdict verdict) { return words_of(verdict).leak ? Ink::kRed : Ink::kYellow; }

std::string row(std::string_view label, std::string_view text, const Terminal& terminal) {
  const std::string padded = fmt::format("{:{}}{:<{}}", "", kLabelIndent, label, kTextIndent - kLabelIndent);
  return wrapped(padded + std::string(text), terminal.width, kTextIndent) + '\n';
}

std::string bytes_range(const Estimate& bytes) {
  if (bytes.low == bytes.high) return bytes_text(bytes.value);
  return fmt::format("{} ({} to {})", bytes_text(bytes.value), bytes_number(bytes.low, bytes.value),
                     bytes_number(bytes.high, bytes.value));
}

std::string rate_range(const Estimate& rate) {
  if (rate.low == rate.high) return rate_text(rate.value);
  return fmt::format("{} ({} to {})", rate_text(rate.value), rate_number(rate.low, rate.value),
                     rate_number(rate.high, rate.value));
}

std::string alive_text(const Assessment& finding) {
  const Estimate& count = finding.live_count;
  const std::string blocks = fmt::format("{}{} {}{}", count.low == count.high ? "" : "about ", count_text(count.value),
                                         finding.mapped ? "region" : "block", std::round(count.value) == 1 ? "" : "s");
  if (finding.thread && finding.live_bytes.value <= 0) return count_text(count.value) + " threads";
  if (finding.thread) return fmt::format("{} in {} threads", bytes_range(finding.live_bytes), count_text(count.value));
  const std::string stacks = finding.series.size() == 1 ? "" : fmt::format(", over {} stacks", finding.series.size());
  return fmt::format("{} in {}{}", bytes_range(finding.live_bytes), blocks, stacks);
}

// Not of a process that was over at once: 7 KiB in 7 ms are no mebibytes a minute.
bool shows_growth(const Process& process, const Assessment& finding) {
  constexpr f64 kLeastWatched_s = 1;
  return process.duration_s() >= kLeastWatched_s && finding.bytes_per_s.value > 0 &&
         (words_of(finding.verdict).leak || finding.verdict == Verdict::kFragmentation);
}

// The blamed frame and what called it, without the frames that only pass calls on.
std::vector<const NamedFrame*> telling_frames(const NamedStack& stack, unsigned most) {
  std::vector<const NamedFrame*> frames;
  for (size_t i = stack.blamed; i < stack.frames.size() && frames.size() < std::max(1u, most); ++i) {
    if (i == stack.blamed || !stack.frames[i].wrapper) frames.push_back(&stack.frames[i]);
  }
  return frames;
}

}  // namespace

std::string stack_text(const NamedStack& stack, unsigned depth, size_t width, size_t indent) {
  const std::vector<const NamedFrame*> frames = telling_frames(stack, depth);
  size_t widest_source = 0;
  for (const NamedFrame* frame : frames) widest_source = std::max(widest_source, shown_width(source_text(*frame)));
  const size_t room = width - std::min(width / 2, indent + 2 + 2 + widest_source);
  Table table({Table::Side::kLeft, Table::Side::kLeft});
  for (const NamedFrame* frame : frames) {
    const std::string mark = frame == frames.front() ? "▸ " : "  ";
    table.add({mark + function_text(frame->function, room), frame->named ? source_text(*frame) : ""});
  }
  std::string text = table.text(width, indent);
  const size_t left_out = stack.frames.size() - stack.blamed - frames.size();
  if (left_out > 0) text += fmt::format("{:{}}… {} more frame{}\n", "", indent + 2, left_out, left_out == 1 ? "" : "s");
  if (stack.truncated && left_out == 0) text += fmt::format("{:{}}… the outer frames were not kept\n", "", indent + 2);
  return text;
}

std::string finding_card(const Process& process, const Assessment& finding, size_t number, const Names& names,
                         unsigned depth, bool with_advice, const Terminal& terminal) {
  const NamedStack& stack = names[finding.stack];
  const VerdictWords& words = words_of(finding.verdict);
  const std::string sure = fmt::format("{} sure: ", confidence_text(finding.confidence));
  std::string card = wrapped(fmt::format("{:>2}  {}, {}{}", number, terminal.ink(ink_of(finding.verdict), words.word),
                                         sure, terminal.ink(Ink::kBold, place_text(stack.site()))),
                             terminal.width, kLabelIndent) +
                     '\n';
  if (finding.thread) card += row("threads", thread_rate_text(finding.thread->threads_per_s.value), terminal);
  if (shows_growth(process, finding)) card += row("growth", rate_range(finding.bytes_per_s), terminal);
  if (finding.samples > 0 && finding.verdict != Verdict::kChurn) {
    card += row(finding.verdict == Verdict::kUnfreed ? "left" : "alive", alive_text(finding), terminal);
  }
  card += row("why", evidence_text(process, finding, names), terminal);
  if (with_advice) card += row("do", advice_text(finding, process.allocator), terminal);
  if (finding.stack == kWholeProcess) return card;
  const std::string frames = stack_text(stack, depth, terminal.width, kTextIndent);
  card +=
      fmt::format("{:{}}{:<{}}", "", kLabelIndent, "stack", kTextIndent - kLabelIndent) + frames.substr(kTextIndent);
  return card;
}

}  // namespace lw
