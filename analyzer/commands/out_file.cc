// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/out_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace lw {

OutFile::OutFile(const std::string& path) : path_(path) {
  if (path.empty() || path == "-") {
    file_ = stdout;
    return;
  }
  std::error_code ignored;
  const bool special = std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored);
  if (!special) temporary_ = fmt::format("{}.{}.tmp", path, getpid());
  file_ = std::fopen((special ? path_ : temporary_).c_str(), "wb");
  if (file_ == nullptr) fail();
}

OutFile::~OutFile() {
  if (file_ == nullptr || file_ == stdout) return;
  std::fclose(file_);
  if (!temporary_.empty()) std::remove(temporary_.c_str());
}

void OutFile::write(const void* bytes, size_t count) {
  if (std::fwrite(bytes, 1, count, file_) != count && file_ != stdout) fail();  // of stdout, main() asks in the end
}

void OutFile::finish() {
  if (file_ == stdout) return;
  std::FILE* file = file_;
  file_ = nullptr;
  const bool closed = std::fclose(file) == 0;
  if (closed && (temporary_.empty() || std::rename(temporary_.c_str(), path_.c_str()) == 0)) return;
  const int error = errno;
  if (!temporary_.empty()) std::remove(temporary_.c_str());
  errno = error;
  fail();
}

void OutFile::fail() const {
  throw std::runtime_error(fmt::format("{}: cannot be written: {}", path_, std::strerror(errno)));
}

void write_out(const std::string& path, const std::string& bytes) {
  OutFile file(path);
  file.write(bytes.data(), bytes.size());
  file.finish();
}

}  // namespace lw
