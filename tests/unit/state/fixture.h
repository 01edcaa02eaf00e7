// SPDX-License-Identifier: Apache-2.0
// A watched process for tests: the interposer's own state over a live file in ordinary memory, with nothing at the
// doors. One at a time; what it leaves behind is an unwatched process again.
#pragma once

#include <sys/mman.h>

#include <cstring>
#include <stdexcept>

#include "interposer/cold/governor.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/next_allocator.h"
#include "interposer/platform/options.h"
#include "interposer/platform/syscalls.h"
#include "interposer/state/live_set.h"
#include "interposer/state/live_table.h"
#include "interposer/state/site_table.h"
#include "interposer/state/thread_record.h"
#include "snapshot/encode.h"
#include "snapshot/live_tables.h"

namespace lw::test {

inline constexpr u64 kAuto = 0;

class WatchedProcess {
 public:
  // `most_samples` makes the live table smaller than the file would allow.
  explicit WatchedProcess(u64 interval, u64 live_bytes = kMinLiveBytes, u32 most_samples = ~u32{0})
      : live_bytes_(live_bytes), live_(static_cast<LiveHeader*>(map(live_bytes))) {
    forget_everything();
    lay_out_live(live_, live_bytes_);
    u32& capacity = live_->tables[static_cast<u32>(TableId::kLive)].capacity;
    if (most_samples < capacity) capacity = most_samples;
    make_indexes();
    start(interval);
  }
  ~WatchedProcess() {
    forget_everything();
    munmap(live_, live_bytes_);
    munmap(indexes_, index_bytes_);
  }
  WatchedProcess(const WatchedProcess&) = delete;
  WatchedProcess& operator=(const WatchedProcess&) = delete;

  // As if the process had just begun: cheap, for tests that need a thousand of them.
  void begin_anew(u64 interval) {
    u64 reserved[kTableCount];
    std::memcpy(reserved, process().reserved, sizeof reserved);
    for (u32 id = 0; id < kTableCount; ++id) {
      TableSpan& span = live_->tables[id];
      std::memset(reinterpret_cast<u8*>(live_) + span.offset, 0, span.used * span.record_bytes);
      span.used = 0;
    }
    std::memset(live_->drops, 0, sizeof live_->drops);
    live_->receipt = Receipt{};
    std::memset(indexes_, 0, index_bytes_);
    forget_everything();
    std::memcpy(process().reserved, reserved, sizeof reserved);
    start(interval);
  }

  LiveHeader& live() { return *live_; }
  LiveView view() const { return {reinterpret_cast<const u8*>(live_), live_bytes_}; }
  const DropCount& drop(DropReason reason) const { return live_->drops[static_cast<u32>(reason)]; }
  static const Site& site(u32 number) { return records<Site>(TableId::kSites)[number]; }
  static SiteFrees frees(u32 number) {
    const u32 frees = site(number).frees;
    return frees == 0 ? SiteFrees{} : records<SiteFrees>(TableId::kSiteFrees)[frees - 1];
  }

 private:
  static void* map(u64 bytes) {
    void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) throw std::runtime_error("no memory for a live file");
    return at;
  }

  static void forget_everything() {
    g_cxx_partly_replaced = false;  // the tests of the allocator's doors find this program's own operators
    Process& p = process();
    const u32 slots = p.slots_high < kThreadSlots ? p.slots_high : kThreadSlots;
    std::memset(static_cast<void*>(g_wiped.slots), 0, slots * sizeof(ThreadSlot));
    std::memset(g_wiped.filter, 0, sizeof g_wiped.filter);
    const u32 regions = p.regions_high < kMappedRegions ? p.regions_high : kMappedRegions;
    std::memset(static_cast<void*>(g_wiped.newborns), 0, sizeof g_wiped.newborns);
    std::memset(static_cast<void*>(g_wiped.regions), 0, regions * sizeof(MappedRegion));
    p = Process{};
    nobodys_slot() = ThreadSlot{};
    use_slot(&nobodys_slot());
    g_started = 0;
  }

  void make_indexes() {
    live_cells_ = live_cell_count(live_->tables[static_cast<u32>(TableId::kLive)].capacity);
    site_cells_ = site_cell_count(live_->tables[static_cast<u32>(TableId::kSites)].capacity);
    index_bytes_ = (live_cells_ + site_cells_) * sizeof(u64);
    indexes_ = static_cast<u64*>(map(index_bytes_));
  }

  void start(u64 interval) {
    g_options = Options{};
    g_options.watch = true;
    g_options.interval.bytes = interval;
    g_options.budget.ppm = 5000;
    g_options.depth.frames = 64;
    g_options.keep.value = 64;
    Process& p = process();
    p.pid = sys::process_id();
    p.live = live_;
    p.live_bytes = live_bytes_;
    p.live_cells = indexes_;
    p.live_cell_mask = live_cell_mask(live_cells_);
    p.site_cells = indexes_ + live_cells_;
    p.site_cell_mask = site_cell_mask(site_cells_);
    p.index_bytes = index_bytes_;
    p.mapped_at_ns = monotonic_ns();
    live_->pid = p.pid;
    live_->process_flags = interval == 1 ? u32{kProcessExact} : 0;
    take_records(TableId::kThreads, 1);
    start_sites();
    start_governor(monotonic_ns());
    p.stage = Stage::kWatching;
    g_started = 1;
  }

  u64 live_bytes_;
  LiveHeader* live_;
  u64 live_cells_ = 0, site_cells_ = 0, index_bytes_ = 0;
  u64* indexes_ = nullptr;
};

// A stack of two frames that stands for one place in the program.
struct Place {
  explicit Place(u64 number) : frames{0x400000 + number * 16, 0x300000} {}
  StackView stack() const { return {frames, 2, false}; }
  u64 frames[2];
};

}  // namespace lw::test
