// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/suppression_files.h"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/text_file.h"

namespace lw {

std::string suppressions_of_lsan(std::string_view options) {
  constexpr std::string_view kSeparators = " ,:\n\t\r", kName = "suppressions=";
  std::string value;
  while (true) {
    const size_t begin = options.find_first_not_of(kSeparators);
    if (begin == std::string_view::npos) return value;
    options.remove_prefix(begin);
    size_t end = options.find_first_of(kSeparators);
    const size_t value_at = options.find('=') + 1;
    const bool quoted =
        value_at != 0 && value_at < end && value_at < options.size() && std::strchr("\"'", options[value_at]);
    if (quoted) end = options.find(options[value_at], value_at + 1);
    if (end == std::string_view::npos) end = options.size();
    if (options.starts_with(kName)) {  // the last one counts
      const size_t from = kName.size() + (quoted ? 1 : 0);
      value = options.substr(from, end - from);
    }
    options.remove_prefix(std::min(options.size(), end + (quoted ? 1 : 0)));
  }
}

bool read_suppressions(const std::vector<std::string>& named, Suppressions& suppressions) {
  std::vector<std::string> files = named;
  const auto environment = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value != nullptr ? value : "");
  };
  files.push_back(environment("LEAKWATCH_SUPPRESSIONS"));
  files.push_back(suppressions_of_lsan(environment("LSAN_OPTIONS")));
  for (const std::string& path : files) {
    if (path.empty()) continue;
    std::string text, why_not;
    if (!read_text_file(path, text, why_not)) {
      complain(fmt::format("the suppressions file {} {}", path, why_not));
      return false;
    }
    const std::string wrong = suppressions.parse(text);
    if (!wrong.empty()) {
      complain(fmt::format("{}, {}", path, wrong));
      return false;
    }
  }
  return true;
}

}  // namespace lw
