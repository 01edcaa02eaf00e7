// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/text_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "analyzer/base/sentences.h"

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

bool write_text_file(const std::string& path, const std::string& text) {
  if (path == "/dev/stdout" || path == "-") {
    std::fputs(text.c_str(), stdout);
    return true;
  }
  const std::string temporary = fmt::format("{}.{}.tmp", path, getpid());
  errno = 0;
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file.fail() && std::rename(temporary.c_str(), path.c_str()) == 0) return true;
  complain(fmt::format("{} cannot be written: {}", path, std::strerror(errno != 0 ? errno : EIO)));
  unlink(temporary.c_str());
  return false;
}

}  // namespace lw
