// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/call_path.h"

#include <algorithm>
#include <array>

namespace lw {
namespace {

// Every stack of a program has them: they would make strangers look alike.
bool is_everybodys(std::string_view function) {
  constexpr std::array<std::string_view, 7> kOutermost = {
      "main", "_start", "start_thread", "clone", "clone3", "__libc_start_main", "__libc_start_call_main"};
  return std::find(kOutermost.begin(), kOutermost.end(), function) != kOutermost.end();
}

}  // namespace

std::string without_parameters(std::string_view function) {
  const size_t end = function.rfind(')');
  if (end == std::string_view::npos) return std::string(function);
  size_t begin = end;
  for (int depth = 1; depth > 0 && begin > 0;) {
    --begin;
    depth += function[begin] == ')' ? 1 : function[begin] == '(' ? -1 : 0;
  }
  // A name that is nothing but parentheses, "(anonymous namespace)::f" or "operator()", is kept.
  const std::string_view name = function.substr(0, begin);
  const bool behind_name = end + 1 < function.size() && function[end + 1] == ':';
  return std::string(name.empty() || behind_name || name.ends_with("operator") ? function : name);
}

CallPath call_path_of(const NamedStack& stack) {
  CallPath path;
  for (size_t i = stack.blamed; i < stack.frames.size() && path.size() < kLongestPath; ++i) {
    const NamedFrame& frame = stack.frames[i];
    if (!frame.named || (frame.wrapper && i != stack.blamed)) continue;
    std::string function = without_parameters(frame.function);
    if (is_everybodys(function) && i != stack.blamed) continue;
    if (path.empty() || path.back() != function) path.push_back(std::move(function));
  }
  return path;
}

f64 similarity(const CallPath& a, const CallPath& b) {
  if (a.empty() || b.empty()) return 0;
  std::vector<size_t> row(b.size() + 1, 0);  // longest common subsequence of a's beginning and each of b's
  for (const std::string& function : a) {
    size_t diagonal = 0;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t above = row[j + 1];
      row[j + 1] = function == b[j] ? diagonal + 1 : std::max(above, row[j]);
      diagonal = above;
    }
  }
  return 2 * static_cast<f64>(row.back()) / static_cast<f64>(a.size() + b.size());
}

}  // namespace lw
