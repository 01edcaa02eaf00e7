// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

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
          {"name", p.name},
          {"host", p.host},
          {"leakwatch_version", p.leakwatch_version},
          {"executable", p.executable},
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
          {"flags", b.flags}};
}

Json json_of_thread(const SnapshotThread& t) {
  return {{"tid", t.tid},
          {"flags", t.flags},
          {"start_ns", t.start_ns},
          {"end_ns", t.end_ns},
          {"allocations", t.allocations},
          {"frees", t.frees},
          {"allocated_bytes", t.allocated_bytes},
          {"name", t.name}};
}

Json json_of_point(const MemoryPoint& m) {
  return {{"time_ns", m.time_ns},
          {"rss_bytes", m.rss_bytes},
          {"live_bytes", m.live_bytes},
          {"live_bytes_variance", m.live_bytes_variance},
          {"live_count", m.live_count},
          {"allocations", m.allocations},
          {"frees", m.frees},
          {"allocated_bytes", m.allocated_bytes},
          {"allocator_in_use", m.allocator_in_use},
          {"allocator_resident", m.allocator_resident},
          {"allocator_free", m.allocator_free},
          {"page_faults", m.page_faults},
          {"cgroup_bytes", m.cgroup_bytes},
          {"cgroup_limit", m.cgroup_limit},
          {"threads", m.threads},
          {"interval", m.interval}};
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
  if (tables.mappings) json["mappings"] = rows(s.mappings, json_of_mapping);
  if (tables.stacks) json["stacks"] = rows(s.stacks, json_of_stack);
  if (tables.sites) json["sites"] = rows(s.sites, json_of_site_record);
  if (tables.live) json["live"] = rows(s.live, json_of_block);
  if (tables.threads) json["threads"] = rows(s.threads, json_of_thread);
  if (tables.memory) json["memory"] = rows(s.memory, json_of_point);
  return json_text(json);
}

}  // namespace lw
