// SPDX-License-Identifier: Apache-2.0
#include "snapshot/reader_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "snapshot/live_layout.h"
#include "snapshot/reader_foreign.h"

namespace lw {
namespace {

// The largest live file that LEAKWATCH_MEMORY allows; keeps a sparse file of terabytes from being read.
constexpr u64 kMaxFileBytes = u64{4} << 30;

constexpr u64 kBeginningBytes = 64;

class Descriptor {
 public:
  // Does not wait for the other end of a pipe.
  explicit Descriptor(const std::string& path)
      : number_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

std::string because(const char* what) { return what + (": " + std::string(std::strerror(errno))); }

}  // namespace

FileCopy::FileCopy(const std::string& path) {
  const Descriptor file(path);
  error_ = file.number() < 0 ? because("cannot be opened") : copy(file.number());
}

std::string FileCopy::copy(int file) {
  struct stat status;
  if (fstat(file, &status) != 0) {
    return because("cannot be read");
  }
  if (S_ISDIR(status.st_mode)) {
    return "is a directory, not a snapshot";
  }
  if (!S_ISREG(status.st_mode)) {
    return "is a device, pipe or socket, not a snapshot";
  }
  const u64 size = static_cast<u64>(status.st_size);
  make_room(std::min(size, kBeginningBytes));
  if (!copy_data(file, 0, length_)) {
    return because("cannot be read");
  }
  if (!begins_with(bytes(), kSnapshotMagic) && !begins_with(bytes(), kLiveMagic)) {
    return {};
  }
  if (size > kMaxFileBytes) {
    return "is " + std::to_string(size) + " bytes long; no snapshot is longer than " + std::to_string(kMaxFileBytes);
  }
  make_room(size);
  // A live file is mostly holes; they stay untouched zero pages here. Where the file system cannot tell, all is data.
  for (u64 at = 0; at < size;) {
    const off_t data = lseek(file, static_cast<off_t>(at), SEEK_DATA);
    if (data < 0 && errno == ENXIO) {
      break;
    }
    const u64 begin = data < 0 ? at : static_cast<u64>(data);
    const off_t hole = data < 0 ? -1 : lseek(file, data, SEEK_HOLE);
    const u64 end = hole < 0 ? size : std::min(size, static_cast<u64>(hole));
    if (!copy_data(file, begin, end)) {
      return because("cannot be read");
    }
    at = end;
  }
  return {};
}

void FileCopy::make_room(u64 length) {
  bytes_.reset(static_cast<u8*>(std::calloc(std::max<u64>(length, 1), 1)));
  if (!bytes_) {
    throw std::bad_alloc();
  }
  length_ = length;
}

// What the file no longer has, because it was cut meanwhile, is zero.
bool FileCopy::copy_data(int file, u64 begin, u64 end) {
  while (begin < end) {
    const ssize_t got = pread(file, bytes_.get() + begin, end - begin, static_cast<off_t>(begin));
    if (got == 0 || (got < 0 && errno != EINTR)) {
      return got == 0;
    }
    begin += got > 0 ? static_cast<u64>(got) : 0;
  }
  return true;
}

}  // namespace lw
