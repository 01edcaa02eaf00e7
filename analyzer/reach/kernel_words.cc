// SPDX-License-Identifier: Apache-2.0
#include "analyzer/reach/kernel_words.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace lw {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The hexadecimal numbers that follow each `label`.
std::vector<u64> words_after(const std::string& text, const std::string& label) {
  std::vector<u64> words;
  for (size_t at = text.find(label); at != std::string::npos; at = text.find(label, at + 1)) {
    words.push_back(std::strtoull(text.c_str() + at + label.size(), nullptr, 16));
  }
  return words;
}

}  // namespace

// "tfd:        5 events:       19 data:     7f0012345678  pos:0 ino:…"
std::vector<u64> epoll_words(const std::string& fdinfo) {
  return fdinfo.find("tfd:") == std::string::npos ? std::vector<u64>() : words_after(fdinfo, " data:");
}

// "signal: 60/00007fff86e452a8": the number and the value that the handler is given
std::vector<u64> timer_words(const std::string& timers) {
  std::vector<u64> words;
  for (size_t at = timers.find("signal: "); at != std::string::npos; at = timers.find("signal: ", at + 1)) {
    const size_t slash = timers.find('/', at);
    if (slash != std::string::npos) words.push_back(std::strtoull(timers.c_str() + slash + 1, nullptr, 16));
  }
  return words;
}

std::vector<u64> words_kept_by_kernel(u64 pid) {
  const fs::path folder = "/proc/" + std::to_string(pid);
  std::vector<u64> words = timer_words(content_of(folder / "timers"));
  std::error_code error, ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "fd", error)) {
    if (fs::read_symlink(entry.path(), ignored) != "anon_inode:[eventpoll]") continue;
    const std::vector<u64> more = epoll_words(content_of(folder / "fdinfo" / entry.path().filename()));
    words.insert(words.end(), more.begin(), more.end());
  }
  return words;
}

}  // namespace lw
