// SPDX-License-Identifier: Apache-2.0
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/inspect.h"
#include "analyzer/render/unfinished_search.h"

namespace lw {
namespace {

using Side = Table::Side;

constexpr size_t kIndent = 2;

std::string utc_text(u64 unix_ns) {
  const std::time_t seconds = static_cast<std::time_t>(unix_ns / 1'000'000'000);
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(seconds));
}

f64 seconds(u64 ns) { return static_cast<f64>(ns) * 1e-9; }

std::string time_text(u64 ns) { return fmt::format("{:.3f}", seconds(ns)); }

std::string hex_text(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

std::string process_rows(const InspectedFile& file, size_t width) {
  const Snapshot& s = file.snapshot;
  const SnapshotProcess& p = s.process;
  Table table({Side::kLeft, Side::kLeft});
  table.add({"command", fmt::format("{}", fmt::join(p.command, " "))});
  table.add({"executable", p.executable});
  table.add({"process", fmt::format("{} (parent {}) on {}", p.pid, p.parent_pid, p.host)});
  table.add({"started", utc_text(p.start_unix_ns)});
  table.add({"taken", fmt::format("{}, after {}, because of: {}", utc_text(s.header.taken_unix_ns),
                                  duration_text(seconds(p.taken_ns)), reason_name(s.header.reason))});
  table.add({"sequence", fmt::format("{}", s.header.sequence)});
  table.add({"interval", p.interval == 1 ? "1 (every allocation)"
                                         : fmt::format("{} bytes", count_text(static_cast<f64>(p.interval)))});
  table.add({"asked for", p.requested_interval == 0 ? "auto" : fmt::format("{} bytes", p.requested_interval)});
  if (p.memory_total != 0) {
    table.add({"machine", fmt::format("{} of memory, pages of {} bytes{}", bytes_text(static_cast<f64>(p.memory_total)),
                                      p.page_bytes, p.boot_id.empty() ? "" : ", boot " + p.boot_id)});
  }
  if (p.pid_namespace != 0) table.add({"pid namespace", fmt::format("{}", p.pid_namespace)});
  if (p.address_space_limit != 0) {
    table.add({"address space", "limited to " + bytes_text(static_cast<f64>(p.address_space_limit))});
  }
  table.add({"written by", "leakwatch " + p.leakwatch_version});
  if (p.flags & kProcessForked) table.add({"", "began by fork"});
  if (p.flags & kProcessNotCovered) table.add({"", "malloc is bound past leakwatch: nothing was seen"});
  return table.text(width, kIndent);
}

std::string section_rows(const InspectedFile& file, size_t width) {
  Table table({Side::kLeft, Side::kRight, Side::kRight, Side::kRight, Side::kLeft});
  table.add({"section", "offset", "bytes", "records", "checksum"});
  for (const SectionLook& section : file.sections) {
    table.add({section_name(section.type), fmt::format("{}", section.offset), fmt::format("{}", section.payload_bytes),
               fmt::format("{}", section.records),
               fmt::format("{:016x}{}", section.checksum, section.intact ? "" : " (does not fit the payload)")});
  }
  return table.text(width, kIndent);
}

std::string count_rows(const Snapshot& s, size_t width) {
  Table table({Side::kLeft, Side::kRight});
  const auto add = [&](const char* what, size_t count) { table.add({what, count_text(static_cast<f64>(count))}); };
  add("mappings", s.mappings.size());
  add("stacks", s.stacks.size());
  add("sites", s.sites.size());
  add("releases", s.releases.size());
  add("live samples", s.live.size());
  add("threads", s.threads.size());
  add("memory points", s.memory.size());
  for (const SnapshotDrop& drop : s.drops) add(("dropped: " + drop.reason).c_str(), drop.count);
  return table.text(width, kIndent);
}

std::string receipt_text(const Receipt& r) {
  return fmt::format(
      "  {} samples and {} sampled frees took {}, {} of it for stacks; {} dumps took {},\n"
      "  the longest {}; own memory {}; {} false hits, {} cold frames\n",
      r.samples, r.sampled_frees, duration_text(seconds(r.slow_ns)), duration_text(seconds(r.unwind_ns)), r.dumps,
      duration_text(seconds(r.dump_ns)), duration_text(seconds(r.longest_dump_ns)),
      bytes_text(static_cast<f64>(r.own_bytes)), r.false_hits, r.cold_frames);
}

std::string how_it_ended(u32 flags) {
  const std::string why = why_unfinished(flags);
  return why.empty() ? "" : ((flags & kReachTooLarge) != 0 ? "; not begun: " : "; cut short: ") + why;
}

std::string reach_text(const ReachScan& r) {
  return fmt::format("  looked for pointers to {} blocks in {} words at {} s ({}), for {}{}{}{}\n", r.blocks,
                     count_text(static_cast<f64>(r.words)), time_text(r.began_ns), where_name(r.where),
                     duration_text(seconds(r.duration_ns)),
                     r.pause_ns == 0 ? "" : ", pausing the program for " + duration_text(seconds(r.pause_ns)),
                     (r.flags & kReachBesideThreads) != 0 ? ", beside other threads" : "", how_it_ended(r.flags));
}

std::string mapping_rows(const Snapshot& s, size_t width) {
  Table table({Side::kLeft, Side::kLeft, Side::kRight, Side::kLeft, Side::kLeft, Side::kLeft});
  table.add({"start", "end", "offset", "epochs", "build id", "path"});
  for (const SnapshotMapping& m : s.mappings) {
    table.add({fmt::format("{:x}", m.start), fmt::format("{:x}", m.end), fmt::format("{:x}", m.file_offset),
               fmt::format("{}-{}", m.loaded_epoch, m.unloaded_epoch == 0 ? "" : std::to_string(m.unloaded_epoch)),
               hex_text(m.build_id).substr(0, 12), m.path});
  }
  return table.text(width, kIndent);
}

std::string stack_rows(const Snapshot& s) {
  std::string text;
  for (size_t i = 0; i < s.stacks.size(); ++i) {
    text += fmt::format("  {} (epoch {}, flags {}):", i, s.stacks[i].epoch, s.stacks[i].flags);
    for (const u64 frame : s.stacks[i].frames) text += fmt::format(" {:x}", frame);
    text += '\n';
  }
  return text;
}

std::string site_rows(const Snapshot& s, size_t width) {
  Table table({Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight,
               Side::kRight, Side::kLeft});
  table.add({"site", "stack", "first s", "samples", "count", "bytes", "freed count", "freed bytes", "mismatches"});
  for (size_t i = 0; i < s.sites.size(); ++i) {
    const SnapshotSite& site = s.sites[i];
    table.add({fmt::format("{}", i), fmt::format("{}", site.stack), time_text(site.first_ns),
               fmt::format("{}", site.allocations.samples), fmt::format("{:.0f}", site.allocations.count),
               fmt::format("{:.0f}", site.allocations.bytes), fmt::format("{:.0f}", site.frees.count),
               fmt::format("{:.0f}", site.frees.bytes), fmt::format("{}", site.mismatches)});
  }
  return table.text(width, kIndent);
}

std::string release_rows(const Snapshot& s, size_t width) {
  Table table({Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight});
  table.add({"site", "stack", "samples", "count", "bytes", "last s"});
  for (const SnapshotRelease& release : s.releases) {
    table.add({fmt::format("{}", release.site), fmt::format("{}", release.stack), fmt::format("{}", release.samples),
               fmt::format("{:.0f}", release.count), fmt::format("{:.0f}", release.bytes), time_text(release.last_ns)});
  }
  return table.text(width, kIndent);
}

std::string live_rows(const Snapshot& s, size_t width) {
  Table table({Side::kLeft, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight,
               Side::kLeft, Side::kLeft});
  table.add({"address", "size", "born s", "interval", "site", "thread", "resident", "reach", "kind, flags, reallocs"});
  for (const SnapshotLive& block : s.live) {
    table.add({fmt::format("{:x}", block.address), fmt::format("{}", block.size), time_text(block.birth_us * 1000),
               fmt::format("{}", block.interval), fmt::format("{}", block.site), fmt::format("{}", block.thread),
               block.resident ? fmt::format("{}", *block.resident) : "",
               block.reach != Reach::kUnknown ? reach_name(block.reach) : "",
               fmt::format("{}, {}, {}", static_cast<unsigned>(block.kind), block.flags, block.reallocs)});
  }
  return table.text(width, kIndent);
}

std::string thread_rows(const Snapshot& s, size_t width) {
  Table table({Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight,
               Side::kRight, Side::kRight, Side::kLeft});
  table.add({"tid", "start s", "end s", "allocations", "frees", "bytes", "parent", "made by", "stack", "name"});
  for (const SnapshotThread& t : s.threads) {
    table.add({fmt::format("{}", t.tid), time_text(t.start_ns), t.end_ns == 0 ? "" : time_text(t.end_ns),
               fmt::format("{}", t.allocations), fmt::format("{}", t.frees), fmt::format("{}", t.allocated_bytes),
               t.parent == 0 ? "" : fmt::format("{}", t.parent), t.made_by ? fmt::format("{}", *t.made_by) : "",
               fmt::format("{}", t.stack_bytes), t.name});
  }
  return table.text(width, kIndent);
}

// All that a point holds is too wide for one table.
std::string memory_rows(const Snapshot& s, size_t width) {
  Table program({Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight,
                 Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight});
  program.add({"s", "live", "allocations", "frees", "work", "interval", "threads", "in use", "held", "free",
               "releasable", "mapped"});
  Table system({Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight,
                Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kRight});
  system.add({"s", "rss", "file", "shared", "peak", "swapped", "virtual", "data", "stacks", "cgroup", "limit",
              "pressure ppm"});
  const auto number = [](u64 value) { return fmt::format("{}", value); };
  for (const MemoryPoint& m : s.memory) {
    program.add({time_text(m.time_ns), fmt::format("{:.0f}", m.live_bytes), number(m.allocations), number(m.frees),
                 number(m.work), number(m.interval), number(m.threads), number(m.allocator_in_use),
                 number(m.allocator_resident), number(m.allocator_free), number(m.allocator_releasable),
                 number(m.mapped_bytes)});
    system.add({time_text(m.time_ns), number(m.rss_bytes), number(m.rss_file), number(m.rss_shared), number(m.rss_peak),
                number(m.swapped), number(m.virtual_bytes), number(m.data_bytes), number(m.stack_bytes),
                number(m.cgroup_bytes), number(m.cgroup_limit), number(m.pressure_ppm)});
  }
  return program.text(width, kIndent) + "\n" + system.text(width, kIndent);
}

}  // namespace

std::string inspect_text(const InspectedFile& file, const TableChoice& tables, const Terminal& terminal) {
  // A raw table that is cut to the terminal would hide what was asked for.
  const size_t width = 200;
  const Snapshot& s = file.snapshot;
  std::string text =
      fmt::format("{}: {} of {} bytes, version {}\n", file.path, file.is_live ? "a live file" : "a snapshot",
                  count_text(static_cast<f64>(file.bytes)), s.header.version);
  text += process_rows(file, width);
  if (!file.is_live) text += '\n' + section_rows(file, width);
  text += '\n' + count_rows(s, width) + '\n' + receipt_text(s.receipt);
  if (s.reach) text += reach_text(*s.reach);
  if (tables.mappings) text += "\nmappings\n" + mapping_rows(s, width);
  if (tables.stacks) text += "\nstacks, return addresses, innermost first\n" + stack_rows(s);
  if (tables.sites) text += "\nsites, weighted sums since the start\n" + site_rows(s, width);
  if (tables.releases) text += "\nreleases: who freed blocks of which site\n" + release_rows(s, width);
  if (tables.live) text += "\nlive samples\n" + live_rows(s, width);
  if (tables.threads) text += "\nthreads\n" + thread_rows(s, width);
  if (tables.memory) text += "\nmemory log\n" + memory_rows(s, width);
  return shown_on(terminal, text);
}

}  // namespace lw
