// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "analyzer/commands/commands.h"
#include "analyzer/commands/open_paths.h"
#include "snapshot/reader_merged.h"
#include "tests/unit/snapshot/live_state.h"

namespace lw {
namespace {

namespace fs = std::filesystem;

// A folder of its own with four snapshots of two processes.
class MergeFolder {
 public:
  MergeFolder() : folder_(fs::temp_directory_path() / ("merge_test." + std::to_string(getpid()))) {
    fs::create_directory(folder_);
    for (int i = 0; i < 4; ++i) {
      test::LiveState live;
      live.header().pid = 100 + static_cast<u32>(i % 2);
      live.add_site({0x1001, 0x2001});
      EncodeRequest request = test::hour_later();
      request.sequence = static_cast<u64>(i);
      request.now_ns += static_cast<u64>(i) * test::kSecondNs;
      // Two of them at the same moment: then the content decides.
      request.taken_unix_ns += i < 2 ? 0 : static_cast<u64>(i);
      write(std::string(1, static_cast<char>('a' + i)), test::encode(live.view(), request));
    }
  }
  ~MergeFolder() { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  void write(const std::string& name, const std::vector<u8>& bytes) const {
    std::ofstream(path(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }

  std::vector<u8> bytes(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  int merge(const std::vector<std::string>& inputs, const std::string& output) const {
    Arguments arguments;
    for (const std::string& input : inputs) arguments.push_back(path(input));
    arguments.insert(arguments.end(), {"-o", path(output)});
    return merge_command(arguments);
  }

 private:
  fs::path folder_;
};

}  // namespace

TEST_CASE("merging in any order and grouping gives the same bytes") {
  const MergeFolder folder;
  REQUIRE(folder.merge({"a", "b", "c", "d"}, "all") == kDone);
  const std::vector<u8> all = folder.bytes("all");
  std::vector<std::string> order = {"a", "b", "c", "d"};
  do {
    REQUIRE(folder.merge(order, "straight") == kDone);
    CHECK(folder.bytes("straight") == all);
    REQUIRE(folder.merge({order[0], order[1]}, "left") == kDone);
    REQUIRE(folder.merge({order[2], order[3]}, "right") == kDone);
    REQUIRE(folder.merge({"right", "left"}, "pairs") == kDone);
    CHECK(folder.bytes("pairs") == all);
    REQUIRE(folder.merge({"left", order[2]}, "three") == kDone);
    REQUIRE(folder.merge({order[3], "three", order[0]}, "chain") == kDone);
    CHECK(folder.bytes("chain") == all);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("a merged file merged with itself, or replaced by its own merge, is the same") {
  const MergeFolder folder;
  REQUIRE(folder.merge({"a", "b"}, "all") == kDone);
  const std::vector<u8> all = folder.bytes("all");
  REQUIRE(folder.merge({"all", "all", "b"}, "all") == kDone);
  CHECK(folder.bytes("all") == all);
}

TEST_CASE("a merged file is read like its members") {
  const MergeFolder folder;
  REQUIRE(folder.merge({"a", "b", "c", "d"}, "all") == kDone);
  const Opened merged = open_paths({folder.path("all")});
  CHECK(merged.complaints.empty());
  REQUIRE(merged.observation.processes.size() == 2);
  for (const Process& process : merged.observation.processes) CHECK(process.profiles.size() == 2);
  // Given beside its members, nothing is counted twice.
  const Opened twice = open_paths({folder.path("all"), folder.path("a"), folder.path("d")});
  for (const Process& process : twice.observation.processes) CHECK(process.profiles.size() == 2);
}

TEST_CASE("a snapshot that is removed between the look at the folder and the reading is left out without a word") {
  const MergeFolder folder;
  const std::vector<std::string> found = {folder.path("a"), folder.path("removed meanwhile"), folder.path("b")};
  const Opened opened = open_found(found);
  CHECK(opened.complaints.empty());
  u64 profiles = 0;
  for (const Process& process : opened.observation.processes) profiles += process.profiles.size();
  CHECK(profiles == 2);
}

TEST_CASE("when all that was found is removed before it is read, that is said") {
  const MergeFolder folder;
  const std::string path = folder.path("removed meanwhile");
  const Opened opened = open_found({path});
  REQUIRE(opened.complaints.size() == 1);
  CHECK(opened.complaints[0] == path + ": was removed before it could be read; try again");
}

TEST_CASE("a file that was named and is not there is complained of") {
  const MergeFolder folder;
  const std::string path = folder.path("never written");
  const Opened opened = open_paths({path, folder.path("a")});
  REQUIRE(opened.complaints.size() == 1);
  CHECK(opened.complaints[0] == path + ": cannot be opened: No such file or directory");
  CHECK(opened.observation.processes.size() == 1);
}

TEST_CASE("of a merged file that was cut off the whole members are read, and that is said") {
  const MergeFolder folder;
  REQUIRE(folder.merge({"a", "b", "c", "d"}, "all") == kDone);
  std::vector<u8> bytes = folder.bytes("all");
  bytes.resize(bytes.size() - 10);
  folder.write("cut", bytes);
  const Opened opened = open_paths({folder.path("cut")});
  REQUIRE(opened.complaints.size() == 1);
  CHECK(opened.complaints[0].find("it ends before snapshot 4 of 4 is complete") != std::string::npos);
  u64 profiles = 0;
  for (const Process& process : opened.observation.processes) profiles += process.profiles.size();
  CHECK(profiles == 3);
}

TEST_CASE("a damaged member is left out by name, the others are read") {
  const MergeFolder folder;
  REQUIRE(folder.merge({"a", "b", "c"}, "all") == kDone);
  std::vector<u8> bytes = folder.bytes("all");
  bytes[sizeof(MergedHeader) + sizeof(MemberHeader) + 20] ^= 1;
  folder.write("damaged", bytes);
  CHECK(folder.merge({"damaged"}, "out") == kDamaged);
  u64 members = 0;
  CHECK(for_each_member(folder.path("out"), [&](std::span<const u8>, u64, u64) { ++members; }).empty());
  CHECK(members == 2);
}

TEST_CASE("a merged file's lies about lengths end in a sentence") {
  const MergeFolder folder;
  const MergedHeader header = merged_header(~u64{0});
  const MemberHeader member{~u64{0} - 8, 0};
  std::vector<u8> bytes(sizeof header + sizeof member);
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, &member, sizeof member);
  folder.write("lies", bytes);
  const std::vector<LoadError> errors = for_each_member(folder.path("lies"), [](std::span<const u8>, u64, u64) {});
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].reason.find("it ends before snapshot 1") != std::string::npos);
}

TEST_CASE("what is no snapshot does not get into a merged file") {
  const MergeFolder folder;
  folder.write("text", {'h', 'e', 'l', 'l', 'o'});
  CHECK(folder.merge({"text", "a"}, "out") == kDamaged);
  REQUIRE(folder.merge({"a"}, "alone") == kDone);
  CHECK(folder.bytes("out") == folder.bytes("alone"));
}

}  // namespace lw
