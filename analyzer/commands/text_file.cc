// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/text_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

namespace lw {

bool read_text_file(const std::string& path, std::string& text, std::string& why_not) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (file) text.assign(std::istreambuf_iterator<char>(file), {});
  const bool is_folder = file && text.empty() && file.peek() == EOF && errno == EISDIR;
  if (file.is_open() && !file.bad() && !is_folder) return true;
  why_not = fmt::format("cannot be read: {}", std::strerror(errno != 0 ? errno : EIO));
  return false;
}

}  // namespace lw
