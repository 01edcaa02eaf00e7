// SPDX-License-Identifier: Apache-2.0
// The reader in Python, written from docs/snapshot-format.md alone, reads in a snapshot what ours reads in it.
#include <stdlib.h>
#include <sys/wait.h>

#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/unit/snapshot/random_state.h"

namespace lw::test {
namespace {

using Json = nlohmann::json;

Json json_of(const FileHeader& h) {
  return {{"version", h.version},
          {"reason", static_cast<u32>(h.reason)},
          {"taken_unix_ns", h.taken_unix_ns},
          {"sequence", h.sequence},
          {"section_count", h.section_count}};
}

Json json_of(const SnapshotProcess& p) {
  return {{"pid", p.pid},
          {"parent_pid", p.parent_pid},
          {"start_unix_ns", p.start_unix_ns},
          {"start_ticks", p.start_ticks},
          {"taken_ns", p.taken_ns},
          {"interval", p.interval},
          {"requested_interval", p.requested_interval},
          {"flags", p.flags},
          {"page_bytes", p.page_bytes},
          {"memory_total", p.memory_total},
          {"address_space_limit", p.address_space_limit},
          {"pid_namespace", p.pid_namespace},
          {"boot_id", p.boot_id},
          {"name", p.name},
          {"host", p.host},
          {"leakwatch_version", p.leakwatch_version},
          {"executable", p.executable},
          {"command", p.command}};
}

Json json_of(const SnapshotMapping& m) {
  std::string build_id;
  for (const char byte : m.build_id) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", static_cast<u8>(byte));
    build_id += two;
  }
  return {{"start", m.start},
          {"length", m.end - m.start},
          {"file_offset", m.file_offset},
          {"loaded_epoch", m.loaded_epoch},
          {"unloaded_epoch", m.unloaded_epoch},
          {"build_id", build_id},
          {"path", m.path}};
}

Json json_of(const SnapshotStack& s) { return {{"epoch", s.epoch}, {"flags", s.flags}, {"frames", s.frames}}; }

Json json_of(const Sums& s) {
  return {{"samples", s.samples},
          {"count", s.count},
          {"bytes", s.bytes},
          {"count_variance", s.count_variance},
          {"bytes_variance", s.bytes_variance}};
}

Json json_of(const SnapshotSite& s) {
  return {{"stack", s.stack},
          {"first_ns", s.first_ns},
          {"last_ns", s.last_ns},
          {"allocations", json_of(s.allocations)},
          {"frees", json_of(s.frees)},
          {"mismatches", s.mismatches},
          {"mismatch_kinds", s.mismatch_kinds},
          {"lifetimes", s.lifetimes}};
}

Json json_of(const SnapshotLive& s) {
  return {{"kind", static_cast<u32>(s.kind)},
          {"flags", s.flags},
          {"address", s.address},
          {"size", s.size},
          {"birth_us", s.birth_us},
          {"first_birth_us", s.first_birth_us},
          {"site", s.site},
          {"thread", s.thread},
          {"interval", s.interval},
          {"reallocs", s.reallocs},
          {"reach", static_cast<u32>(s.reach)},
          {"resident", s.resident ? Json(*s.resident) : Json()}};
}

Json json_of(const SnapshotThread& t) {
  return {{"tid", t.tid},
          {"flags", t.flags},
          {"start_ns", t.start_ns},
          {"end_ns", t.end_ns},
          {"allocations", t.allocations},
          {"frees", t.frees},
          {"allocated_bytes", t.allocated_bytes},
          {"parent", t.parent},
          {"made_by", t.made_by ? *t.made_by + 1 : 0},
          {"stack_bytes", t.stack_bytes},
          {"name", t.name}};
}

Json json_of(const MemoryPoint& m) {
  const auto words = std::bit_cast<std::array<u64, kMemoryFields>>(m);
  Json point;
  for (u32 f = 0; f < kMemoryFields; ++f) {
    point[kMemoryFieldNames[f]] = memory_field_is_real(f) ? static_cast<u64>(std::bit_cast<f64>(words[f])) : words[f];
  }
  return point;
}

Json json_of(const SnapshotDrop& d) { return {{"reason", d.reason}, {"count", d.count}, {"bytes", d.bytes}}; }

Json json_of(const Receipt& r) {
  return {{"samples", r.samples},       {"sampled_frees", r.sampled_frees},
          {"slow_ns", r.slow_ns},       {"unwind_ns", r.unwind_ns},
          {"dumps", r.dumps},           {"dump_ns", r.dump_ns},
          {"own_bytes", r.own_bytes},   {"longest_dump_ns", r.longest_dump_ns},
          {"budget_ppm", r.budget_ppm}, {"cpu_ns", r.cpu_ns},
          {"false_hits", r.false_hits}, {"cold_frames", r.cold_frames}};
}

Json json_of(const SnapshotRelease& r) {
  return {{"site", r.site},       {"stack", r.stack}, {"last_ns", r.last_ns},
          {"samples", r.samples}, {"count", r.count}, {"bytes", r.bytes}};
}

Json json_of(const std::optional<ReachScan>& r) {
  if (!r) {
    return Json::array();
  }
  return Json::array({{{"where", static_cast<u32>(r->where)},
                       {"flags", r->flags},
                       {"began_ns", r->began_ns},
                       {"duration_ns", r->duration_ns},
                       {"pause_ns", r->pause_ns},
                       {"words", r->words},
                       {"blocks", r->blocks}}});
}

template <class Record>
Json json_of(const std::vector<Record>& records) {
  Json list = Json::array();
  for (const Record& record : records) {
    list.push_back(json_of(record));
  }
  return list;
}

Json json_of(const Snapshot& s) {
  return {{"header", json_of(s.header)},   {"process", json_of(s.process)},   {"mappings", json_of(s.mappings)},
          {"stacks", json_of(s.stacks)},   {"sites", json_of(s.sites)},       {"live", json_of(s.live)},
          {"threads", json_of(s.threads)}, {"memory", json_of(s.memory)},     {"drops", json_of(s.drops)},
          {"receipt", json_of(s.receipt)}, {"releases", json_of(s.releases)}, {"reach", json_of(s.reach)}};
}

struct PythonRun {
  std::string output;
  int status;
};

PythonRun read_by_python(const std::vector<u8>& bytes) {
  std::string folder = (std::filesystem::temp_directory_path() / "leakwatch-test.XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const std::string path = folder + "/snapshot.lws";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
  FILE* pipe = popen(("python3 -B tests/checks/read_snapshot.py " + path + " 2>&1").c_str(), "r");
  PythonRun run{{}, -1};
  for (int byte; (byte = std::fgetc(pipe)) != EOF;) {
    run.output += static_cast<char>(byte);
  }
  run.status = WEXITSTATUS(pclose(pipe));
  std::filesystem::remove_all(folder);
  return run;
}

}  // namespace

TEST_CASE("a stranger's reader reads the same as ours") {
  for (u64 seed = 1; seed <= 4; ++seed) {
    RandomState state(seed, 60 * seed);
    const std::vector<u8> bytes = encode(state.live.view());
    const PythonRun run = read_by_python(bytes);
    REQUIRE(run.status == 0);
    const Json theirs = Json::parse(run.output);
    const Json ours = json_of(*read_snapshot(bytes, "test.lws").snapshot);
    INFO(Json::diff(ours, theirs).dump().substr(0, 2000));
    REQUIRE(theirs == ours);
  }
}

TEST_CASE("a stranger's reader notices damage as well") {
  RandomState state(5);
  std::vector<u8> bytes = encode(state.live.view());
  bytes[bytes.size() / 2] ^= 1;
  const PythonRun run = read_by_python(bytes);
  CHECK(run.status == 3);
  CHECK(run.output.find("has a wrong checksum") != std::string::npos);
}

}  // namespace lw::test
