// SPDX-License-Identifier: Apache-2.0
// What people point `leakwatch` at: snapshots, live files, and everything else that a disk holds.
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/snapshot/random_state.h"

namespace lw::test {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "leakwatch-test.XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const void* bytes, u64 length) const {
    std::ofstream(path(name), std::ios::binary).write(static_cast<const char*>(bytes), static_cast<long>(length));
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

// The sentence on a file of which nothing can be read, without its name.
std::string refusal(const std::string& path) {
  const LoadedSnapshot loaded = load_snapshot_file(path);
  CHECK_FALSE(loaded.snapshot);
  REQUIRE(loaded.errors.size() == 1);
  const std::string sentence = loaded.errors[0].sentence();
  REQUIRE(sentence.substr(0, path.size()) == path);
  return sentence.substr(path.size());
}

u64 own_start_ticks() {
  std::ifstream file("/proc/self/stat");
  std::string stat{std::istreambuf_iterator<char>(file), {}};
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string field;
  for (int i = 3; i <= 22; ++i) {
    fields >> field;
  }
  return std::stoull(field);
}

u64 monotonic_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<u64>(now.tv_sec) * kSecondNs + static_cast<u64>(now.tv_nsec);
}

}  // namespace

TEST_CASE("a snapshot is loaded from its file") {
  const Folder folder;
  RandomState state(1);
  const std::vector<u8> bytes = encode(state.live.view());
  const LoadedSnapshot loaded = load_snapshot_file(folder.write("a.lws", bytes.data(), bytes.size()));
  CHECK(loaded.errors.empty());
  REQUIRE(loaded.snapshot);
  CHECK(loaded.snapshot->header.reason == DumpReason::kPeriod);
  CHECK(loaded.snapshot->sites.size() == encode_and_read(state.live).sites.size());
}

TEST_CASE("the live file of a process that is gone is its last snapshot, taken when it was last heard of") {
  const Folder folder;
  RandomState state(2);
  state.live.header().pid = 0x7fffffff;
  state.live.header().next_sequence = 12;
  auto& point = state.live.add<MemoryPoint>(TableId::kMemory);
  point.time_ns = kStartNs + 7000 * kSecondNs;
  const LoadedSnapshot loaded = load_snapshot_file(folder.write("a.live", state.live.bytes(), kMinLiveBytes));
  CHECK(sentences(loaded.errors).empty());
  REQUIRE(loaded.snapshot);
  CHECK(loaded.snapshot->header.reason == DumpReason::kKilled);
  CHECK(loaded.snapshot->header.sequence == 12);
  CHECK(loaded.snapshot->process.taken_ns == 7000 * kSecondNs);
  CHECK(loaded.snapshot->header.taken_unix_ns == state.live.header().start_unix_ns + 7000 * kSecondNs);
  CHECK(loaded.snapshot->memory.back().time_ns == 7000 * kSecondNs);
}

TEST_CASE("the live file of a running process is a snapshot of now") {
  const Folder folder;
  LiveState live;
  live.header().pid = static_cast<u32>(getpid());
  live.header().start_ticks = own_start_ticks();
  live.header().start_ns = monotonic_ns() - 5 * kSecondNs;
  const std::string path = folder.write("a.live", live.bytes(), kMinLiveBytes);
  const LoadedSnapshot loaded = load_snapshot_file(path, DumpReason::kPeek);
  REQUIRE(loaded.snapshot);
  CHECK(loaded.snapshot->header.reason == DumpReason::kPeek);
  CHECK(loaded.snapshot->process.taken_ns >= 5 * kSecondNs);
}

TEST_CASE("a live file of a pid that was given to another process counts as gone") {
  const Folder folder;
  LiveState live;
  live.header().pid = static_cast<u32>(getpid());
  live.header().start_ticks = own_start_ticks() + 1;
  const LoadedSnapshot loaded = load_snapshot_file(folder.write("a.live", live.bytes(), kMinLiveBytes));
  REQUIRE(loaded.snapshot);
  CHECK(loaded.snapshot->process.taken_ns == 0);
}

TEST_CASE("a live file that cannot be used says why") {
  const Folder folder;
  LiveState live;
  CHECK(refusal(folder.write("short.live", live.bytes(), 100)) ==
        ", offset 0: is shorter than the header of a live file");
  CHECK(refusal(folder.write("cut.live", live.bytes(), kMinLiveBytes - 4096)) ==
        ", offset 0: is shorter than its header says: it was cut off");
}

TEST_CASE("what cannot be read as a file says so") {
  const Folder folder;
  CHECK(refusal(folder.path("missing.lws")) == ": cannot be opened: No such file or directory");
  CHECK(refusal(folder.path("")) == ": is a directory, not a snapshot");
  mkfifo(folder.path("pipe").c_str(), 0600);
  CHECK(refusal(folder.path("pipe")) == ": is a device, pipe or socket, not a snapshot");
  CHECK(refusal("/dev/null") == ": is a device, pipe or socket, not a snapshot");
  CHECK(refusal(folder.write("empty.lws", "", 0)) == ", offset 0: is empty");
  CHECK(refusal(folder.write("note.txt", "to do\n", 6)) == ", offset 0: is not a snapshot: it is text");
  CHECK(refusal("/proc/self/exe") == ", offset 0: is not a snapshot: it is a program or library");
}

TEST_CASE("a file that may not be read says so") {
  if (geteuid() == 0) {
    return;  // root may read everything
  }
  const Folder folder;
  const std::string path = folder.write("secret.lws", "x", 1);
  chmod(path.c_str(), 0);
  CHECK(refusal(path) == ": cannot be opened: Permission denied");
}

TEST_CASE("a file of a terabyte is not read into memory") {
  const Folder folder;
  const std::string snapshot = folder.write("huge.lws", kSnapshotMagic, sizeof kSnapshotMagic);
  const std::string log = folder.write("huge.log", "nothing to report\n", 18);
  if (truncate(snapshot.c_str(), 1ll << 40) != 0 || truncate(log.c_str(), 1ll << 40) != 0) {
    return;  // not every file system can hold one
  }
  CHECK(refusal(snapshot) == ": is 1099511627776 bytes long; no snapshot is longer than 4294967296");
  CHECK(refusal(log) == ", offset 0: is not a snapshot: it does not begin like one");  // zeros follow the text
}

TEST_CASE("a sentence gives the offset where there is one") {
  CHECK(LoadError{"a.lws", 4711, "the LIVE section ends 812 bytes early"}.sentence() ==
        "a.lws, offset 4711: the LIVE section ends 812 bytes early");
  CHECK(LoadError{"a.lws", kWholeFile, "is a directory, not a snapshot"}.sentence() ==
        "a.lws: is a directory, not a snapshot");
}

}  // namespace lw::test
