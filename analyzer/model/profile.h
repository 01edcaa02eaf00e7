// SPDX-License-Identifier: Apache-2.0
// What the analyzer knows about watched processes. Times are seconds since the process began to be watched.
//
//   profile      one snapshot, without its content: when and why it was taken
//   tally        weighted sums over samples, with their variances
//   series       one site followed through all profiles of one process
//   live set     what was alive at one profile, and what had died before it
//   process      one image of one program: an exec or a fork begins another
//   releases     who freed the blocks of which series
//   observation  everything that was read
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/model/code.h"
#include "snapshot/live_layout.h"

namespace lw {

struct Profile {
  f64 taken_s;
  u64 taken_unix_ns;
  u64 sequence;
  DumpReason reason;
  u64 interval;  // mean bytes between samples at that time
};

struct Tally {
  f64 count = 0, bytes = 0;
  f32 count_variance = 0, bytes_variance = 0;
  u32 samples = 0;

  Tally& operator+=(const Tally& other);
  bool operator==(const Tally&) const = default;
};

// Sums since the start of the process. A profile at which nothing had changed has no point: the one before it holds.
// Points are most of what very many snapshots take, so the profile's number stands where a Tally ends in padding.
struct SeriesPoint {
  Tally allocated;
  [[no_unique_address]] Tally freed;
  u32 profile;
};
static_assert(sizeof(SeriesPoint) == 64);

struct Series {
  StackNumber stack;
  u32 mismatch_kinds = 0;       // alloc kind × 256 + free kind of the last sample freed through the wrong function
  u64 mismatches = 0;           // how many of them there were
  f64 first_s = 0, last_s = 0;  // first and last sampled allocation
  std::vector<SeriesPoint> points;
};

inline constexpr u64 kNotMeasured = ~u64{0};

struct LiveBlock {
  f64 birth_s;
  u64 address;
  u64 size;
  u64 interval;
  u32 series;                   // number in Process::series
  u32 thread = 0;               // number in Process::threads
  u32 reallocs = 0;             // that moved or resized it since it was first allocated
  u32 holder = 0;               // number + 1 in LiveReach::holders; 0 = not known
  u64 resident = kNotMeasured;  // bytes of it that are in memory
  AllocKind kind;
  u8 flags;  // SampleFlag
  Reach reach = Reach::kUnknown;
};
static_assert(sizeof(LiveBlock) == 64);

// How the marks of a live set's blocks were found.
struct LiveReach {
  bool looked = false;
  bool still = false;                // nothing could move while it was looked at
  bool kernel_unseen = false;        // what epoll sets and timers keep could not be seen: a core file has none of it
  bool holders_cut_short = false;    // not all holders were followed to the end for want of time
  u32 unfinished = 0;                // ReachFlag, if the process's own search did not come to its end
  u32 looks = 0;                     // that agree on what is lost
  u32 hidden = 0;                    // registers of the process that could not be seen
  std::vector<std::string> holders;  // as people call them: "global g_sessions (server)"
};

// Blocks of a series that were freed from one stack: weighted sums over a sample of its frees.
struct Release {
  u32 series;
  StackNumber stack;
  f64 last_s;
  u64 samples;
  f64 count, bytes;
};

// Threads that had ended may have lost their record to a later one.
struct Thread {
  u64 tid = 0;  // 0: stands for threads without a record of their own, or the record is not in use
  std::string name;
  f64 start_s = 0;
  std::optional<f64> end_s = {};  // nothing: it runs
  u64 allocations = 0, frees = 0, allocated_bytes = 0;
  u32 parent = 0;                           // number of the thread that made it; 0: not known
  std::optional<StackNumber> made_by = {};  // the call that made it
  u64 stack_bytes = 0;                      // length of its stack; 0: not known
};

// Lifetimes of freed blocks, weighted, by doubling bins as in layout.h.
using Deaths = std::array<f32, kLifetimeBins>;

struct LiveSet {
  bool known = false;  // not if every snapshot's list of live blocks was damaged
  u32 profile = 0;
  std::vector<LiveBlock> blocks;  // by series, then by birth
  std::vector<u32> first;         // blocks of series s: [first[s], first[s + 1])
  std::vector<Deaths> deaths;     // by series
  LiveReach reach;
};

// Fills in `first`, and empty histograms for the series that have none.
void index_blocks(LiveSet& set, size_t series_count);

// Work done since the start, by whatever measure: allocation calls, requests.
struct WorkPoint {
  f64 at_s, done;
};

struct Drop {
  std::string reason;
  u64 count;
  f64 bytes;  // weighted
};

// What stands behind malloc, as far as a person can do something about it.
enum class AllocatorName : u8 { kGlibc, kJemalloc, kTcmalloc, kMimalloc };

enum class Ended : u8 { kRunning, kExit, kKilled };
const char* ended_word(Ended ended);

struct Process {
  u64 pid = 0, parent_pid = 0, start_ticks = 0, start_unix_ns = 0, flags = 0;
  u64 requested_interval = 0;  // 0 = auto
  u64 page_bytes = 0, memory_total = 0, pid_namespace = 0;
  u64 address_space_limit = 0;  // 0 = none
  std::string name, host, executable, leakwatch_version, boot_id;
  std::vector<std::string> command;
  AllocatorName allocator = AllocatorName::kGlibc;
  Ended ended = Ended::kRunning;

  std::vector<Profile> profiles;  // by time
  std::vector<Series> series;
  LiveSet live;  // at the last profile
  // At the last one before the exit, if there is an earlier one: what grows may be freed in a hurry at the end.
  std::optional<LiveSet> before_exit;
  // What follows is as the last profile has it.
  std::vector<Release> releases;  // by series, the most frequent first
  std::vector<Thread> threads;    // number 0 stands for those without a record
  std::optional<ReachScan> reach;
  std::vector<MemoryPoint> memory;
  std::vector<WorkPoint> work;  // by time
  bool counts_work = false;     // the program or its metrics (--work) do; else its work is its allocation calls
  std::vector<Drop> drops;
  Receipt receipt{};

  const Profile& newest() const { return profiles.back(); }
  f64 duration_s() const { return newest().taken_s; }
  bool exact() const { return (flags & kProcessExact) != 0 || newest().interval <= 1; }
};

struct Observation {
  CodeTable code;
  std::vector<Process> processes;
};

}  // namespace lw
