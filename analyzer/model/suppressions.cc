// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/suppressions.h"

#include <algorithm>

namespace lw {
namespace {

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

bool suppression_matches(std::string_view pattern, std::string_view text) {
  const bool at_begin = !pattern.empty() && pattern.front() == '^';
  if (at_begin) pattern.remove_prefix(1);
  const bool at_end = !pattern.empty() && pattern.back() == '$';
  if (at_end) pattern.remove_suffix(1);

  size_t from = 0;
  bool anchored = at_begin;
  while (true) {
    const size_t star = pattern.find('*');
    const std::string_view piece = pattern.substr(0, star);
    const bool last = star == std::string_view::npos;
    if (last && at_end) {  // the last piece must be the end of the text, and not overlap what was matched
      const bool fits = text.size() >= from + piece.size() && text.ends_with(piece);
      return fits && (!anchored || text.size() == from + piece.size());
    }
    const size_t found =
        anchored ? (text.substr(from).starts_with(piece) ? from : std::string_view::npos) : text.find(piece, from);
    if (found == std::string_view::npos) return false;
    if (last) return true;
    from = found + piece.size();
    pattern.remove_prefix(star + 1);
    anchored = false;
  }
}

std::string Suppressions::parse(std::string_view text) {
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    constexpr std::string_view kKind = "leak:";
    if (!line.starts_with(kKind) || line.size() == kKind.size()) {
      return "line " + std::to_string(number) + ": \"" + std::string(line) + "\" is not of the form leak:PATTERN";
    }
    const std::string_view pattern = line.substr(kKind.size());
    const bool known = std::any_of(patterns_.begin(), patterns_.end(),
                                   [&](const Suppression& other) { return other.pattern == pattern; });
    if (!known) patterns_.push_back({std::string(pattern)});
  }
  return {};
}

Suppression* Suppressions::matching(const NamedStack& stack) {
  const auto matches = [&](const Suppression& suppression) {
    return std::any_of(stack.frames.begin(), stack.frames.end(), [&](const NamedFrame& frame) {
      return suppression_matches(suppression.pattern, frame.function) ||
             suppression_matches(suppression.pattern, frame.linkage_name) ||
             suppression_matches(suppression.pattern, frame.file) ||
             suppression_matches(suppression.pattern, frame.module);
    });
  };
  const auto found = std::find_if(patterns_.begin(), patterns_.end(), matches);
  return found == patterns_.end() ? nullptr : &*found;
}

}  // namespace lw
