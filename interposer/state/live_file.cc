// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/live_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "interposer/platform/clock.h"
#include "interposer/platform/identity.h"
#include "interposer/platform/log.h"
#include "interposer/platform/options.h"
#include "interposer/platform/pages.h"
#include "interposer/platform/syscalls.h"
#include "interposer/state/live_set.h"
#include "interposer/state/live_table.h"
#include "interposer/state/site_table.h"
#include "interposer/state/thread_record.h"
#include "snapshot/live_tables.h"

namespace lw {
namespace {

Path g_live_path;  // not wiped: a child tells by it that it is not the file's owner

// A write past RLIMIT_FSIZE raises SIGXFSZ, which ends the program: ask before.
bool file_size_is_allowed(u64 bytes) {
  rlimit limit{};
  if (sys::failed(sys::call(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, sys::word(&limit)))) return true;
  return limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= bytes;
}

// leakwatch.NAME.PID.live, or with a further part where that name is taken: an exec keeps the pid, pids come round
// again, containers share folders.
long create_file(const char* folder) {
  for (u32 part = 0; part < 1000; ++part) {
    g_live_path.clear();
    g_live_path << folder << "/leakwatch." << g_options.name << "." << process().pid;
    if (part > 0) g_live_path << "-" << part;
    g_live_path << ".live";
    if (g_live_path.cut()) return -ENAMETOOLONG;
    const long fd = sys::open(g_live_path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd != -EEXIST) {
      process().name_part = part;
      return fd;
    }
  }
  return -EEXIST;
}

u8* map_file(long fd, u64 bytes) {
  if (sys::failed(sys::ftruncate(fd, bytes))) return nullptr;
  const long at = sys::map(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd);
  if (sys::failed(at)) return nullptr;
  u8* base = reinterpret_cast<u8*>(at);
  expect_few_pages(base, bytes);
  if (back_pages(base, kLiveHeaderBytes)) return base;
  sys::unmap(base, bytes);
  return nullptr;
}

u8* create_and_map(const char* folder, u64 bytes) {
  if (!file_size_is_allowed(bytes)) return nullptr;
  const long fd = create_file(folder);
  if (sys::failed(fd)) return nullptr;
  u8* base = map_file(fd, bytes);
  sys::close(fd);
  if (base == nullptr) sys::unlink(g_live_path.c_str());
  return base;
}

bool make_indexes() {
  Process& p = process();
  const u64 live_cells = live_cell_count(live_sample_capacity());
  const u64 site_cells = site_cell_count(span_of(TableId::kSites).capacity);
  p.index_bytes = (live_cells + site_cells) * 8;
  u64* cells = static_cast<u64*>(map_private(p.index_bytes));
  if (cells == nullptr) return false;
  p.live_cells = cells;
  p.live_cell_mask = live_cell_mask(live_cells);
  p.site_cells = cells + live_cells;
  p.site_cell_mask = site_cell_mask(site_cells);
  return true;
}

void fill_header(LiveHeader& live, u64 now_ns) {
  live.pid = process().pid;
  live.start_ns = now_ns;
  live.start_unix_ns = unix_ns();
  live.interval = process().interval;
  live.requested_interval = g_options.interval.bytes;
  live.period_ns = g_options.period.ns;
  live.keep = g_options.keep.value;
  live.stage = LiveStage::kRunning;
  live.receipt.budget_ppm = g_options.budget.ppm;
  if (process().interval == 1) live.process_flags |= kProcessExact;
  copy_text(live.version_text, LW_VERSION);
  copy_text(live.name, g_options.name);
  copy_text(live.directory, snapshot_directory());
  describe_process(live);
}

// Room for a beginning of every table without which nothing can be seen: a folder that is all but full is passed over,
// instead of being found out in the middle of the first sample.
bool reserve_beginnings() {
  constexpr TableId kNeeded[] = {TableId::kMappings, TableId::kText, TableId::kLive, TableId::kFrames};
  for (const TableId id : kNeeded) {
    if (!reserve_records(id, 1)) return false;
  }
  return take_records(TableId::kThreads, 1) == kOtherThreads && start_sites();
}

// Makes tables of the mapped file. On failure nothing is left of it.
bool open_tables(u8* base, u64 bytes) {
  Process& p = process();
  LiveHeader* live = reinterpret_cast<LiveHeader*>(base);
  fill_header(*live, monotonic_ns());
  lay_out_live(live, bytes);  // sets the magic, by which a reader outside takes the file for complete
  p.live_bytes = bytes;
  store_release(p.live, live);
  if (make_indexes() && reserve_beginnings()) return true;
  store_release(p.live, static_cast<LiveHeader*>(nullptr));
  if (p.live_cells != nullptr) sys::unmap(p.live_cells, p.index_bytes);
  p.live_cells = nullptr;
  for (u64& reserved : p.reserved) reserved = 0;
  sys::unmap(base, bytes);
  remove_live_file();
  g_live_path.clear();
  return false;
}

}  // namespace

// The folders to try, in the order of DESIGN: what the person named, else /dev/shm, else where snapshots go. With
// none of them the tables live in memory alone: everything works but the survival of a kill.
bool open_live_file() {
  const u64 bytes = g_options.memory.bytes & ~u64{4095};
  const char* named = g_options.live_directory.path;
  const char* const folders[] = {*named != '\0' ? named : "/dev/shm", snapshot_directory()};
  for (const char* folder : folders) {
    if (u8* base = create_and_map(folder, bytes); base != nullptr && open_tables(base, bytes)) return true;
  }
  g_live_path.clear();
  u8* base = static_cast<u8*>(map_private(bytes));
  if (base == nullptr || !open_tables(base, bytes)) {
    say(Sentence()
        << "no room for its tables (" << (bytes >> 20)
        << " MiB of address space): this process is not watched. Lower LEAKWATCH_MEMORY or raise RLIMIT_AS.");
    return false;
  }
  say(Sentence() << "no live file can be made in " << folders[0] << " or " << folders[1]
                 << "; watching goes on, but what is seen will not survive a SIGKILL. "
                 << "Set LEAKWATCH_LIVE_DIR to a folder with room for " << (bytes >> 20) << " MiB.");
  return true;
}

const char* live_file_path() { return g_live_path.c_str(); }

void remove_live_file() {
  if (g_live_path.length() > 0) sys::unlink(g_live_path.c_str());
}

}  // namespace lw
