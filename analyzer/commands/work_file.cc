// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/work_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>
#include <string_view>

#include "analyzer/base/sentences.h"

namespace lw {
namespace {

// A number up to `end`, with blanks around it; nothing else.
std::optional<f64> number_in(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t"), end = text.find_last_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  f64 value = 0;
  const auto [rest, error] = std::from_chars(text.data() + begin, text.data() + end + 1, value);
  const bool whole = error == std::errc() && rest == text.data() + end + 1;
  return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<WorkCount> count_in(std::string_view line) {
  const size_t comma = line.find(',');
  if (comma == std::string_view::npos) return {};
  const std::optional<f64> time_s = number_in(line.substr(0, comma)), done = number_in(line.substr(comma + 1));
  return time_s && done ? std::optional(WorkCount{*time_s, *done}) : std::nullopt;
}

}  // namespace

void WorkChoice::add_to(Options& options) {
  options.text("--work", file, "FILE", "requests done, as CSV (Unix time, count so far): growth is judged by them");
}

bool WorkChoice::read() {
  if (file.empty()) return true;
  std::ifstream lines(file);
  if (!lines) {
    complain(fmt::format("the work file {} cannot be read", file));
    return false;
  }
  std::string line;
  for (size_t number = 1; std::getline(lines, line); ++number) {
    if (const std::optional<WorkCount> count = count_in(line)) {
      counts.push_back(*count);
    } else if (number > 1 && line.find_first_not_of(" \t\r") != std::string::npos) {
      complain(fmt::format("{}, line {}: not a Unix time and a count, separated by a comma", file, number));
      return false;
    }
  }
  if (counts.size() < 2) {
    complain(fmt::format("{}: at least two moments are needed", file));
    return false;
  }
  std::stable_sort(counts.begin(), counts.end(),
                   [](const WorkCount& a, const WorkCount& b) { return a.unix_s < b.unix_s; });
  return true;
}

void apply_work(const std::vector<WorkCount>& counts, Observation& observation) {
  for (Process& process : observation.processes) {
    const f64 start_s = static_cast<f64>(process.start_unix_ns) * 1e-9;
    process.work.clear();
    for (const WorkCount& count : counts) {
      const f64 at_s = count.unix_s - start_s;
      const bool later = process.work.empty() || at_s > process.work.back().at_s;
      if (at_s >= 0 && at_s <= process.duration_s() && later) process.work.push_back({at_s, count.done});
    }
    process.counts_work = process.work.size() >= 2;
  }
}

}  // namespace lw
