// SPDX-License-Identifier: Apache-2.0
// A snapshot from outside: the process is neither stopped nor told; its live file is read and encoded here.
#include <fcntl.h>
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "analyzer/base/proc.h"
#include "analyzer/base/sentences.h"
#include "analyzer/commands/live_file.h"
#include "analyzer/commands/options.h"
#include "snapshot/encode.h"

namespace lw {
namespace {

using Bytes = std::vector<u8>;

u64 clock_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<u64>(now.tv_sec) * 1'000'000'000 + static_cast<u64>(now.tv_nsec);
}

int append_to(void* self, const void* bytes, u64 length) {
  const u8* from = static_cast<const u8*>(bytes);
  Bytes& to = *static_cast<Bytes*>(self);
  to.insert(to.end(), from, from + length);
  return 0;
}

int patch_in(void* self, u64 offset, const void* bytes, u64 length) {
  std::memcpy(static_cast<Bytes*>(self)->data() + offset, bytes, length);
  return 0;
}

// Writes all of it or leaves nothing behind. A named file is replaced; without `replace` an existing one is kept and
// EEXIST returned.
int write_file(const std::string& path, const Bytes& bytes, bool replace) {
  const std::string temporary = path + ".tmp";
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return errno;
  int error = 0;
  for (size_t written = 0; written < bytes.size() && error == 0;) {
    const ssize_t count = write(file, bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno != EINTR) error = errno;
    if (count > 0) written += static_cast<size_t>(count);
  }
  if (close(file) != 0 && error == 0) error = errno;
  if (error == 0 && replace && rename(temporary.c_str(), path.c_str()) == 0) return 0;
  if (error == 0 && (replace || link(temporary.c_str(), path.c_str()) != 0)) error = errno;
  unlink(temporary.c_str());
  return error;
}

// leakwatch.NAME.PID-dump.SEQ.lws in the process's folder: the further part keeps out of the way of its own snapshots.
std::string write_beside_its_snapshots(u64 pid, const LiveFile& live, const Bytes& bytes, int& error) {
  std::string folder = reachable_path(pid, live.directory);
  if (folder.empty()) folder = live.directory;
  constexpr u64 kAttempts = 1000;
  for (u64 sequence = live.next_sequence; sequence < live.next_sequence + kAttempts; ++sequence) {
    std::string path = fmt::format("{}/leakwatch.{}.{}-dump.{}.lws", folder, live.name, live.pid, sequence);
    error = write_file(path, bytes, false);
    if (error != EEXIST) return path;
  }
  return folder;
}

// Empty bytes and a complaint if the live file cannot be used.
Bytes encode_now(const LiveFile& live) {
  std::ifstream stream(live.path, std::ios::binary);
  const Bytes mapped{std::istreambuf_iterator<char>(stream), {}};
  if (const char* wrong = check_live(mapped.data(), mapped.size())) {
    complain(fmt::format("{}: {}", live.path, wrong));
    return {};
  }
  Bytes scratch(kEncodeScratchBytes), snapshot;
  const EncodeRequest request{DumpReason::kRequest, clock_ns(CLOCK_MONOTONIC), clock_ns(CLOCK_REALTIME),
                              live.next_sequence};
  encode_snapshot({mapped.data(), mapped.size()}, request, scratch.data(), {&snapshot, append_to, patch_in});
  return snapshot;
}

}  // namespace

int dump_command(const Arguments& arguments) {
  std::string word, output;
  Options options("dump", "Takes a snapshot of a running, watched process from outside, at no cost to it.",
                  "No signal is sent. The file is named on stdout.");
  options.argument("PID", word, "the process");
  options.text("-o,--output", output, "FILE", "write there instead of into the process's snapshot folder");
  if (const auto status = options.parse(arguments)) return *status;
  if (word.empty() || word.size() > 10 || word.find_first_not_of("0123456789") != std::string::npos) {
    complain(fmt::format("dump: \"{}\" is not a PID", word));
    return kWrongUsage;
  }

  const u64 pid = std::stoull(word);
  const FoundLiveFile found = find_live_file(pid);
  if (!found.file) {
    complain(found.why_not);
    return kDamaged;
  }
  const Bytes snapshot = encode_now(*found.file);
  if (snapshot.empty()) return kDamaged;

  int error = 0;
  std::string path = output;
  if (output.empty()) {
    path = write_beside_its_snapshots(pid, *found.file, snapshot, error);
  } else {
    error = write_file(output, snapshot, true);
  }
  if (error != 0) {
    complain(fmt::format("{} cannot be written: {}; -o FILE writes elsewhere", path, std::strerror(error)));
    return kDamaged;
  }
  fmt::print("{}\n", path);
  return kDone;
}

}  // namespace lw
