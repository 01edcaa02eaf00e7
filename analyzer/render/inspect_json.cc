// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <bit>

#include "analyzer/render/inspect.h"
#include "analyzer/render/json.h"

namespace lw {
namespace {

Json json_of_sums(const Sums& sums) {
  return {{"samples", sums.samples},
          {"count", sums.count},
          {"bytes", sums.bytes},
          {"count_variance", sums.count_variance},
          {"bytes_variance", sums.bytes_variance}};
}

std::string hex_text(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

Json process_of(const SnapshotProcess& p) {
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
          {"name", p.name},
          {"host", p.host},
          {"leakwatch_version", p.leakwatch_version},
          {"executable", p.executable},
          {"boot_id", p.boot_id},
          {"command", p.command}};
}

Json receipt_of(const Receipt& r) {
  return {{"samples", r.samples},
          {"sampled_frees", r.sampled_frees},
          {"slow_ns", r.slow_ns},
          {"unwind_ns", r.unwind_ns},
          {"dumps", r.dumps},
          {"dump_ns", r.dump_ns},
          {"longest_dump_ns", r.longest_dump_ns},
          {"own_bytes", r.own_bytes},
          {"budget_ppm", r.budget_ppm},
          {"cpu_ns", r.cpu_ns},
          {"false_hits", r.false_hits},
          {"cold_frames", r.cold_frames}};
}

template <typename Record, typename Describe>
Json rows(const std::vector<Record>& records, Describe describe) {
  Json array = Json::array();
  for (const Record& record : records) array.push_back(describe(record));
  return array;
}

Json json_of_mapping(const SnapshotMapping& m) {
  return {{"start", m.start},
          {"end", m.end},
          {"file_offset", m.file_offset},
          {"loaded_epoch", m.loaded_epoch},
          {"unloaded_epoch", m.unloaded_epoch},
          {"build_id", hex_text(m.build_id)},
          {"path", m.path}};
}

Json json_of_stack(const SnapshotStack& s) { return {{"epoch", s.epoch}, {"flags", s.flags}, {"frames", s.frames}}; }

Json json_of_site_record(const SnapshotSite& s) {
  return {{"stack", s.stack},
          {"first_ns", s.first_ns},
          {"last_ns", s.last_ns},
          {"allocations", json_of_sums(s.allocations)},
          {"frees", json_of_sums(s.frees)},
          {"mismatches", s.mismatches},
          {"mismatch_kinds", s.mismatch_kinds},
          {"lifetimes", s.lifetimes}};
}

Json json_of_block(const SnapshotLive& b) {
  return {{"address", b.address},
          {"size", b.size},
          {"birth_us", b.birth_us},
          {"first_birth_us", b.first_birth_us},
          {"interval", b.interval},
          {"site", b.site},
          {"thread", b.thread},
          {"reallocs", b.reallocs},
          {"kind", static_cast<unsigned>(b.kind)},
          {"flags", b.flags},
          {"reach", reach_name(b.reach)},
          {"resident", b.resident ? Json(*b.resident) : Json()}};
}

Json json_of_thread(const SnapshotThread& t) {
  return {{"tid", t.tid},
          {"flags", t.flags},
          {"start_ns", t.start_ns},
          {"end_ns", t.end_ns},
          {"allocations", t.allocations},
          {"frees", t.frees},
          {"allocated_bytes", t.allocated_bytes},
          {"parent", t.parent},
          {"made_by", t.made_by ? Json(*t.made_by) : Json()},
          {"stack_bytes", t.stack_bytes},
          {"name", t.name}};
}

Json json_of_point(const MemoryPoint& m) {
  const auto words = std::bit_cast<std::array<u64, kMemoryFields>>(m);
  Json point;
  for (u32 f = 0; f < kMemoryFields; ++f) {
    if (memory_field_is_real(f)) {
      point[kMemoryFieldNames[f]] = std::bit_cast<f64>(words[f]);
    } else {
      point[kMemoryFieldNames[f]] = words[f];
    }
  }
  return point;
}

Json json_of_release(const SnapshotRelease& r) {
  return {{"site", r.site},       {"stack", r.stack}, {"last_ns", r.last_ns},
          {"samples", r.samples}, {"count", r.count}, {"bytes", r.bytes}};
}

Json json_of_reach(const ReachScan& r) {
  return {{"where", where_name(r.where)}, {"flags", r.flags}, {"began_ns", r.began_ns}, {"duration_ns", r.duration_ns},
          {"pause_ns", r.pause_ns},       {"words", r.words}, {"blocks", r.blocks}};
}

}  // namespace

std::string inspect_json(const InspectedFile& file, const TableChoice& tables) {
  const Snapshot& s = file.snapshot;
  Json json{{"leakwatch", LW_VERSION},
            {"schema", 1},
            {"file", file.path},
            {"bytes", file.bytes},
            {"live_file", file.is_live},
            {"version", s.header.version},
            {"reason", reason_name(s.header.reason)},
            {"taken_unix_ns", s.header.taken_unix_ns},
            {"sequence", s.header.sequence},
            {"process", process_of(s.process)}};
  json["sections"] = rows(file.sections, [](const SectionLook& section) -> Json {
    return {{"name", section_name(section.type)},
            {"type", section.type},
            {"offset", section.offset},
            {"payload_bytes", section.payload_bytes},
            {"records", section.records},
            {"checksum", fmt::format("{:016x}", section.checksum)},
            {"intact", section.intact}};
  });
  json["drops"] = rows(s.drops, [](const SnapshotDrop& drop) -> Json {
    return {{"reason", drop.reason}, {"count", drop.count}, {"bytes", drop.bytes}};
  });
  json["receipt"] = receipt_of(s.receipt);
  json["reach"] = s.reach ? json_of_reach(*s.reach) : Json();
  if (tables.mappings) json["mappings"] = rows(s.mappings, json_of_mapping);
  if (tables.stacks) json["stacks"] = rows(s.stacks, json_of_stack);
  if (tables.sites) json["sites"] = rows(s.sites, json_of_site_record);
  if (tables.releases) json["releases"] = rows(s.releases, json_of_release);
  if (tables.live) json["live"] = rows(s.live, json_of_block);
  if (tables.threads) json["threads"] = rows(s.threads, json_of_thread);
  if (tables.memory) json["memory"] = rows(s.memory, json_of_point);
  return json_text(json);
}

}  // namespace lw
