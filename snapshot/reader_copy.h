// SPDX-License-Identifier: Apache-2.0
// A private copy of a file's bytes: what was checked in it stays as it was, whoever writes to the file meanwhile.
// Private to snapshot/reader*.cc.
#pragma once

#include <cstdlib>
#include <memory>
#include <span>
#include <string>

#include "snapshot/layout.h"

namespace lw {

class FileCopy {
 public:
  // Copies the whole file if it begins like a snapshot or live file, otherwise the beginning, by which it can be
  // named. Throws std::bad_alloc.
  explicit FileCopy(const std::string& path);

  // Why there is no copy ("is a directory, not a snapshot"); empty if there is one.
  const std::string& error() const { return error_; }
  std::span<const u8> bytes() const { return {bytes_.get(), length_}; }

 private:
  struct Free {
    void operator()(u8* bytes) const { std::free(bytes); }
  };

  std::string copy(int file);
  bool copy_data(int file, u64 begin, u64 end);
  void make_room(u64 length);

  std::string error_;
  std::unique_ptr<u8, Free> bytes_;
  u64 length_ = 0;
};

}  // namespace lw
