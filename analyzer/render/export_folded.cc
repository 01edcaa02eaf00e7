// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analyzer/render/export.h"

namespace lw {
namespace {

// The format's own marks must not stand in names.
std::string plain(std::string name) {
  std::replace(name.begin(), name.end(), ';', ':');
  std::replace(name.begin(), name.end(), '\n', ' ');
  return name;
}

}  // namespace

std::string folded_export(const ExportContent& content) {
  const StackView& view = content.view;
  std::map<std::string, f64> values;
  for (const ViewStack& stack : view.stacks) {
    const std::span<const u32> frames = view.frames_of(stack);
    std::string line;
    for (size_t i = frames.size(); i > 0; --i) {
      if (!line.empty()) line += ';';
      line += plain(view.places[frames[i - 1]].name);
    }
    values[line] += stack.amount.value;
  }
  std::string text;
  for (const auto& [line, value] : values) {
    if (std::llround(value) > 0) text += fmt::format("{} {}\n", line, std::llround(value));
  }
  return text;
}

}  // namespace lw
