// SPDX-License-Identifier: Apache-2.0
// The seeds from which the fuzzers start, in tests/fuzz/corpus. To make them anew after a change of the format:
//   out/release/unit-tests '[record-fuzz-seeds]'
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "tests/unit/snapshot/file_parts.h"
#include "tests/unit/snapshot/random_state.h"

namespace lw::test {
namespace {

using Seeds = std::map<std::string, std::vector<u8>>;

// A live file with no room left in any table, so that it is small.
std::vector<u8> without_room(LiveState& live) {
  std::vector<u8> bytes(live.bytes(), live.bytes() + kLiveHeaderBytes);
  for (u32 id = 0; id < kTableCount; ++id) {
    TableSpan span = live.header().tables[id];
    const u8* first = live.bytes() + span.offset;
    span.offset = bytes.size();
    span.capacity = static_cast<u32>(span.used);
    bytes.insert(bytes.end(), first, first + span.used * span.record_bytes);
    bytes.resize((bytes.size() + 7) / 8 * 8);
    reinterpret_cast<LiveHeader*>(bytes.data())->tables[id] = span;
  }
  reinterpret_cast<LiveHeader*>(bytes.data())->file_bytes = bytes.size();
  return bytes;
}

Seeds snapshot_seeds() {
  LiveState empty;
  RandomState small(1, 8);
  RandomState everything(2, 24);
  const std::vector<u8> whole = encode(small.live.view());
  FileParts with_unknown(whole);
  with_unknown.parts.push_back({{SectionType{77}, 0, 0, 1, 0}, {1, 2, 3}});
  FileParts recursion(whole);
  recursion.rewrite(SectionType::kStacks, 2).varints({0, 0, 0, 9, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 1, 3});
  return {{"empty_process", encode(empty.view())},
          {"small", whole},
          {"everything", encode(everything.live.view())},
          {"cut_off", {whole.begin(), whole.begin() + static_cast<long>(whole.size() / 2)}},
          {"unknown_section", with_unknown.bytes()},
          {"recursion", recursion.bytes()}};
}

Seeds live_seeds() {
  LiveState empty;
  RandomState small(3, 8);
  RandomState everything(4, 24);
  RandomState overfull(5, 8);
  for (TableSpan& span : overfull.live.header().tables) {
    ++span.used;
  }
  RandomState half_written(6, 8);
  half_written.live.at<Site>(TableId::kSites, 0).key = 0;
  half_written.live.at<ThreadRecord>(TableId::kThreads, 0).tid = 0;
  return {{"empty_process", without_room(empty)},
          {"small", without_room(small.live)},
          {"everything", without_room(everything.live)},
          {"overfull", without_room(overfull.live)},
          {"half_written", without_room(half_written.live)}};
}

std::map<std::string, Seeds> all_seeds() {
  return {{"snapshot_reader_fuzz", snapshot_seeds()}, {"live_file_fuzz", live_seeds()}};
}

std::filesystem::path path_of(const std::string& fuzzer, const std::string& name) {
  return std::filesystem::path("tests/fuzz/corpus") / fuzzer / name;
}

}  // namespace

TEST_CASE("the fuzzers' seeds are of the present format") {
  for (const auto& [fuzzer, seeds] : all_seeds()) {
    for (const auto& [name, bytes] : seeds) {
      INFO(path_of(fuzzer, name));
      std::ifstream file(path_of(fuzzer, name), std::ios::binary);
      const std::vector<u8> on_disk{std::istreambuf_iterator<char>(file), {}};
      REQUIRE(on_disk == bytes);
    }
  }
}

TEST_CASE("records the fuzzers' seeds", "[.][record-fuzz-seeds]") {
  for (const auto& [fuzzer, seeds] : all_seeds()) {
    for (const auto& [name, bytes] : seeds) {
      std::filesystem::create_directories(path_of(fuzzer, name).parent_path());
      std::ofstream(path_of(fuzzer, name), std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
    }
  }
}

}  // namespace lw::test
