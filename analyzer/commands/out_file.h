// SPDX-License-Identifier: Apache-2.0
// Bytes → the file that -o names, or stdout. A file is written beside its place and renamed in the end, so that
// whoever reads it never sees a half, and an input may be replaced by the output made of it.
#pragma once

#include <cstdio>
#include <string>

namespace lw {

// Failures throw a std::runtime_error with a sentence.
class OutFile {
 public:
  // An empty path or "-" is stdout; a device or a pipe stays what it is.
  explicit OutFile(const std::string& path);
  ~OutFile();  // an unfinished file is removed
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;

  void write(const void* bytes, size_t count);
  void finish();

 private:
  [[noreturn]] void fail() const;

  std::string path_, temporary_;  // temporary_ is empty where nothing is renamed
  std::FILE* file_ = nullptr;     // owned unless it is stdout
};

void write_out(const std::string& path, const std::string& bytes);

}  // namespace lw
