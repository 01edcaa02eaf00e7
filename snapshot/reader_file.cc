// SPDX-License-Identifier: Apache-2.0
// From a path to a snapshot: opens the file, sees what it is, and gives a live file the same road as a snapshot by
// encoding a private copy of it.
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>
#include <sstream>

#include "snapshot/encode.h"
#include "snapshot/live_tables.h"
#include "snapshot/reader.h"
#include "snapshot/reader_foreign.h"

namespace lw {
namespace {

// More than any snapshot or live file has; keeps a sparse file of terabytes from being read.
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

struct FileBytes {
  std::vector<u8> bytes;
  std::string error;  // empty if `bytes` is the file
};

// Fills `bytes` from the start of the file; shorter if the file is.
bool read_fully(int descriptor, std::vector<u8>& bytes) {
  u64 have = 0;
  while (have < bytes.size()) {
    const ssize_t got = pread(descriptor, bytes.data() + have, bytes.size() - have, static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return false;
    }
    if (got == 0) {
      break;
    }
    have += static_cast<u64>(got);
  }
  bytes.resize(have);
  return true;
}

// The whole file if it begins like one of ours, otherwise the beginning, by which it can be named.
FileBytes read_whole(const std::string& path) {
  const Descriptor file(path);
  if (file.number() < 0) {
    return {{}, std::string("cannot be opened: ") + std::strerror(errno)};
  }
  struct stat status;
  if (fstat(file.number(), &status) != 0) {
    return {{}, std::string("cannot be read: ") + std::strerror(errno)};
  }
  if (S_ISDIR(status.st_mode)) {
    return {{}, "is a directory, not a snapshot"};
  }
  if (!S_ISREG(status.st_mode)) {
    return {{}, "is a device, pipe or socket, not a snapshot"};
  }
  const u64 size = static_cast<u64>(status.st_size);
  std::vector<u8> bytes(std::min(size, kBeginningBytes));
  if (!read_fully(file.number(), bytes)) {
    return {{}, std::string("cannot be read: ") + std::strerror(errno)};
  }
  if (!begins_with(bytes, kSnapshotMagic) && !begins_with(bytes, kLiveMagic)) {
    return {std::move(bytes), {}};
  }
  if (size > kMaxFileBytes) {
    return {{},
            "is " + std::to_string(size) + " bytes long; no snapshot is longer than " + std::to_string(kMaxFileBytes)};
  }
  bytes.resize(size);
  if (!read_fully(file.number(), bytes)) {
    return {{}, std::string("cannot be read: ") + std::strerror(errno)};
  }
  return {std::move(bytes), {}};
}

u64 clock_ns(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<u64>(now.tv_sec) * 1'000'000'000 + static_cast<u64>(now.tv_nsec);
}

// Start of a process in the kernel's ticks, field 22 of /proc/PID/stat; 0 if it does not run.
u64 running_since_ticks(u32 pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string stat{std::istreambuf_iterator<char>(file), {}};
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) {
    return 0;
  }
  std::istringstream fields(stat.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) {
    fields >> skipped;
  }
  u64 ticks = 0;
  fields >> ticks;
  return ticks;
}

// The last sign of life of a process that is gone.
u64 newest_time(const LiveView& live) {
  const LiveTables tables = look_at_tables(live);
  u64 newest = live.header().start_ns;
  const auto see = [&](u64 time_ns) { newest = std::max(newest, time_ns); };
  for (u64 i = 0; i < tables.memory.count; ++i) {
    see(tables.memory[i].time_ns);
  }
  for (u64 i = 0; i < tables.sites.count; ++i) {
    see(tables.sites[i].last_ns);
  }
  for (u64 i = 0; i < tables.site_frees.count; ++i) {
    see(tables.site_frees[i].last_ns);
  }
  for (u64 i = 0; i < tables.threads.count; ++i) {
    see(std::max(tables.threads[i].start_ns, tables.threads[i].end_ns));
  }
  return newest;
}

EncodeRequest request_for(const LiveView& live, DumpReason reason) {
  const LiveHeader& header = live.header();
  const bool runs = header.start_ticks != 0 && running_since_ticks(header.pid) == header.start_ticks;
  const u64 now_ns = runs ? clock_ns(CLOCK_MONOTONIC) : newest_time(live);
  const u64 taken_unix_ns = runs ? clock_ns(CLOCK_REALTIME) : header.start_unix_ns + (now_ns - header.start_ns);
  return {reason, now_ns, taken_unix_ns, header.next_sequence};
}

int append_to_vector(void* self, const void* bytes, u64 length) {
  const u8* first = static_cast<const u8*>(bytes);
  auto* to = static_cast<std::vector<u8>*>(self);
  to->insert(to->end(), first, first + length);
  return 0;
}

int patch_vector(void* self, u64 offset, const void* bytes, u64 length) {
  std::memcpy(static_cast<std::vector<u8>*>(self)->data() + offset, bytes, length);
  return 0;
}

LoadedSnapshot load_live(std::span<const u8> bytes, const std::string& path, DumpReason reason) {
  if (const char* wrong = check_live(bytes.data(), bytes.size())) {
    return {std::nullopt, {{path, 0, wrong}}};
  }
  const LiveView live{bytes.data(), bytes.size()};
  std::vector<u8> scratch(kEncodeScratchBytes);
  std::vector<u8> snapshot;
  encode_snapshot(live, request_for(live, reason), scratch.data(), {&snapshot, append_to_vector, patch_vector});
  return read_snapshot(snapshot, path);
}

}  // namespace

LoadedSnapshot load_snapshot_file(const std::string& path, DumpReason live_reason) {
  try {
    const FileBytes file = read_whole(path);
    if (!file.error.empty()) {
      return {std::nullopt, {{path, kWholeFile, file.error}}};
    }
    if (begins_with(file.bytes, kLiveMagic)) {
      return load_live(file.bytes, path, live_reason);
    }
    return read_snapshot(file.bytes, path);
  } catch (const std::bad_alloc&) {
    return {std::nullopt, {{path, kWholeFile, "there is not enough memory to read it"}}};
  }
}

}  // namespace lw
