// SPDX-License-Identifier: Apache-2.0
// The live file: leakwatch's whole memory of one process, mapped shared so that it outlives a SIGKILL.
//
//   header (two pages)  ThreadRecord[]  MemoryPoint[]  Mapping[]  text  LiveSample[]  Site[]  SiteFrees[]
//   KeptStack[]  ReleaseRecord[]  frames
//
// Every table is dense: records [0, used) of it have been handed out, later ones are still zero and cost no
// memory. All-zero records are valid and mean "nothing here". What makes the tables fast to search (hash
// indexes, address filter) can be rebuilt from them and therefore stays private to the process.
//
// Who may look: the process itself, and readers outside at any time, also after it died in the middle of a
// write. Rules that make this safe: a record becomes visible by a release store of its first field, which is
// never zero in a valid record; numbers in it (site, thread, stack) are checked by whoever follows them;
// sums may be one sample ahead of or behind each other. The file is read on the machine that wrote it, by the
// same version: a different kLiveVersion is refused, not interpreted.
#pragma once

#include "snapshot/layout.h"

namespace lw {

inline constexpr u8 kLiveMagic[8] = {0x89, 'L', 'W', 'L', '\r', '\n', 0x1a, '\n'};
inline constexpr u32 kLiveVersion = 2;
inline constexpr u64 kLiveHeaderBytes = 8192;

struct ThreadRecord {
  u32 tid;  // 0 = not in use
  u32 flags;
  u64 start_ns;  // CLOCK_MONOTONIC, as all *_ns in this file
  u64 end_ns;
  u64 allocations;
  u64 frees;
  u64 allocated_bytes;
  char name[16];
  u32 parent;       // number of the thread that made it; 0 = not known
  u32 made_by;      // number + 1 of the KeptStack of that call; 0 = not known
  u64 stack_bytes;  // length of its stack; 0 = not known
};
static_assert(sizeof(ThreadRecord) == 80);

// One look at the memory of the process from both sides. Fields that could not be had are zero. New fields go to the
// end.
struct MemoryPoint {
  u64 time_ns;  // 0 = not in use
  u64 rss_bytes;
  f64 live_bytes;           // our estimate
  f64 live_bytes_variance;  // of it
  f64 live_count;
  u64 allocations;  // exact, all threads
  u64 frees;
  u64 allocated_bytes;
  u64 allocator_in_use;    // as the allocator itself says: bytes in blocks handed out
  u64 allocator_resident;  // bytes it holds from the system
  u64 allocator_free;      // bytes it holds and has not handed out
  u64 page_faults;         // minor and major
  u64 cgroup_bytes;
  u64 cgroup_limit;
  u64 threads;
  u64 interval;
  u64 rss_file;    // of rss_bytes, mapped files
  u64 rss_shared;  // of rss_bytes, shared memory; the rest is anonymous: heap and stacks
  u64 rss_peak;    // the highest that rss_bytes ever was
  u64 swapped;
  u64 virtual_bytes;
  u64 data_bytes;            // private writable mappings, the heap among them: not all of it is resident
  u64 stack_bytes;           // resident memory of the threads' stacks
  u64 code_bytes;            // executable mappings
  u64 mapped_bytes;          // of private regions that the program mapped itself, what is in memory: an estimate
  u64 allocator_releasable;  // of allocator_free, what a trim or purge would give back to the system
  u64 pressure_ppm;          // share of the last ten seconds in which some task waited for memory, in millionths
  u64 work;                  // the program's own count, by leakwatch_tick()
};

inline constexpr u32 kMemoryFields = sizeof(MemoryPoint) / sizeof(u64);

// Words as they stand in the documentation of the format and in `inspect --json`.
inline constexpr const char* kMemoryFieldNames[] = {"time_ns",
                                                    "rss_bytes",
                                                    "live_bytes",
                                                    "live_bytes_variance",
                                                    "live_count",
                                                    "allocations",
                                                    "frees",
                                                    "allocated_bytes",
                                                    "allocator_in_use",
                                                    "allocator_resident",
                                                    "allocator_free",
                                                    "page_faults",
                                                    "cgroup_bytes",
                                                    "cgroup_limit",
                                                    "threads",
                                                    "interval",
                                                    "rss_file",
                                                    "rss_shared",
                                                    "rss_peak",
                                                    "swapped",
                                                    "virtual_bytes",
                                                    "data_bytes",
                                                    "stack_bytes",
                                                    "code_bytes",
                                                    "mapped_bytes",
                                                    "allocator_releasable",
                                                    "pressure_ppm",
                                                    "work"};
static_assert(sizeof kMemoryFieldNames / sizeof *kMemoryFieldNames == kMemoryFields);

// The f64 fields among them.
constexpr bool memory_field_is_real(u32 field) { return field >= 2 && field <= 4; }
static_assert(__builtin_offsetof(MemoryPoint, live_bytes) == 2 * sizeof(u64));
static_assert(__builtin_offsetof(MemoryPoint, live_count) == 4 * sizeof(u64));

struct Mapping {
  u64 start;  // 0 = not in use
  u64 end;
  u64 file_offset;
  u32 loaded_epoch;
  u32 unloaded_epoch;
  u32 path_offset;  // into the text table
  u32 path_bytes;
  u32 build_id_bytes;
  u32 reserved;
  u8 build_id[32];
};
static_assert(sizeof(Mapping) == 80);

// Beside SampleFlag: the block may have more room than an ordinary one; the region is other processes', too.
inline constexpr u8 kSamplePlaced = 0x80, kSampleShared = 0x40;

// One sampled allocation that has not been freed. Its inclusion probability is p = 1 - exp(-size / interval)
// (interval 1: p = 1), also after thinning, which raises `interval`; the weights follow from p.
struct LiveSample {
  u64 address;  // 0 = free record
  u64 size;     // bytes asked for
  u64 birth_ns;
  u64 first_birth_ns;  // of the block this one was realloc'ed from, at the start of the chain
  u64 interval;
  u32 site;
  u32 thread;
  AllocKind kind;
  u8 flags;
  u16 reallocs;
  u32 next_free;     // while the record is free: number + 1 of the next free one
  u32 resident_kib;  // how much of the block is in memory, in KiB, + 1; 0 = not measured
  Reach reach;
  u8 reserved[3];
};
static_assert(sizeof(LiveSample) == 64);

// Allocation side of a site; weighted sums since the start of the process.
struct Site {
  u64 key;    // XXH64 of the frames, seeded with how often other code took their addresses; never 0 in a valid record
  u64 stack;  // first frame's place in the table of frames
  u32 depth;  // number of frames
  u16 flags;  // StackFlag
  u16 reserved0;
  u32 epoch;  // of the mappings when the stack was first seen
  u32 frees;  // number + 1 of its SiteFrees; 0 = none was freed yet
  u64 first_ns;
  u64 last_ns;
  u64 samples;
  f64 count;
  f64 bytes;
  f64 count_variance;
  f64 bytes_variance;
  u64 reserved[5];
};
static_assert(sizeof(Site) == 128);

// Free side of a site, made when the first of its samples is freed.
struct SiteFrees {
  u64 samples;
  f64 count;
  f64 bytes;
  f64 count_variance;
  f64 bytes_variance;
  u64 last_ns;
  u64 mismatches;
  u32 mismatch_kinds;  // alloc kind * 256 + free kind of the last mismatch
  u32 site;            // number + 1 of the site it belongs to
  f64 lifetime[kLifetimeBins];
};
static_assert(sizeof(SiteFrees) == 64 + 8 * kLifetimeBins);

// A stack that is not a site's: one that freed, or that made a thread. Named as in Site.
struct KeptStack {
  u64 key;  // as of a site
  u64 stack;
  u32 depth;
  u16 flags;  // StackFlag
  u16 reserved0;
  u32 epoch;
  u32 reserved1;
};
static_assert(sizeof(KeptStack) == 32);

// Who gave blocks of a site back: weighted sums over a sample of its sampled frees.
struct ReleaseRecord {
  u32 site;   // number + 1; 0 = not in use
  u32 stack;  // number of its KeptStack
  u64 last_ns;
  u64 samples;
  f64 count;
  f64 bytes;
};
static_assert(sizeof(ReleaseRecord) == 40);

// The last search for pointers to live blocks. `where` is stored last, with release.
struct ReachScan {
  ReachWhere where;
  u32 flags;  // ReachFlag
  u64 began_ns;
  u64 duration_ns;
  u64 pause_ns;  // for which the program's threads stood still
  u64 words;     // that were looked at
  u64 blocks;    // that were looked for
};
static_assert(sizeof(ReachScan) == 48);

enum class TableId : u32 {
  kThreads,
  kMemory,
  kMappings,
  kText,
  kLive,
  kSites,
  kSiteFrees,
  kStacks,
  kReleases,
  kFrames,
  kCount
};
inline constexpr u32 kTableCount = static_cast<u32>(TableId::kCount);

struct TableSpan {
  u64 offset;        // from the start of the file
  u32 record_bytes;  // 1 for text, 8 for frames
  u32 capacity;      // records
  u64 used;          // records handed out; may exceed capacity when the table ran full: clamp
};
static_assert(sizeof(TableSpan) == 24);

// Why something was not recorded. Names for people in drop_reason_name().
enum class DropReason : u32 {
  kLiveTableFull,  // no room for the sample, even after thinning
  kLiveIndexFull,  // its neighbourhood in the index was full
  kMissedFree,     // malloc returned an address that was still marked live
  kSitesMerged,    // the stack found no site of its own and was counted under "other"
  kFramesFull,     // no room for its frames
  kMuted,          // allocated while leakwatch itself was at work on that thread
  kUnplaced,       // the block could not be placed where its free would be recognised
  kNoThreadSlot,   // more threads at a time than there are slots
  kThreadRecords,  // the thread's counts found no record of their own
  kNotCovered,     // reached the allocator past leakwatch
  kReleasesFull,   // who freed the block found no room
  kRegionsFull,    // more regions of the program's own mapping at a time than are followed
  kCount
};
inline constexpr u32 kDropReasons = static_cast<u32>(DropReason::kCount);

// Words as they stand in snapshots and reports; part of the interface.
constexpr const char* drop_reason_name(DropReason reason) {
  constexpr const char* kNames[kDropReasons] = {"live_table_full", "live_index_full", "missed_free",   "sites_merged",
                                                "frames_full",     "muted",           "unplaced",      "no_thread_slot",
                                                "thread_records",  "not_covered",     "releases_full", "regions_full"};
  return kNames[static_cast<u32>(reason)];
}

struct DropCount {
  u64 count;
  f64 bytes;  // weighted, where known
};

// What leakwatch itself has cost so far.
struct Receipt {
  u64 samples;
  u64 sampled_frees;
  u64 slow_ns;
  u64 unwind_ns;
  u64 dumps;
  u64 dump_ns;
  u64 longest_dump_ns;
  u64 own_bytes;
  u64 budget_ppm;
  u64 cpu_ns;
  u64 false_hits;
  u64 cold_frames;
};

enum class LiveStage : u32 {
  kNone = 0,
  kRunning = 1,
  kExited = 2,  // by exit; the last snapshot has been or is being written
  kExeced = 3,  // about to become another program
};

struct LiveHeader {
  u8 magic[8];
  u32 version;
  u32 reserved0;
  u64 file_bytes;
  TableSpan tables[kTableCount];

  u32 pid;
  u32 parent_pid;
  u64 start_ticks;    // field 22 of /proc/PID/stat
  u64 start_ns;       // CLOCK_MONOTONIC when watching began
  u64 start_unix_ns;  // the same moment on the wall clock
  LiveStage stage;
  u32 process_flags;  // ProcessFlag
  u64 interval;       // now
  u64 requested_interval;
  u64 next_sequence;  // of the snapshot to be written next
  u64 period_ns;
  u32 keep;
  u32 mappings_epoch;
  u64 reuse_count;  // how often a new object took the addresses of an unloaded one
  DropCount drops[kDropReasons];
  Receipt receipt;
  ReachScan reach;
  u64 page_bytes;           // of this machine
  u64 memory_total;         // of this machine
  u64 address_space_limit;  // RLIMIT_AS; 0 = none
  u64 pid_namespace;        // inode of /proc/self/ns/pid; 0 = not known

  char boot_id[40];
  char version_text[32];
  char name[64];
  char host[64];
  char executable[512];
  char directory[1024];  // where snapshots go, absolute
  u32 argc;
  u32 command_bytes;
  char command[2048];  // argv, each with its NUL, cut to what fits
};
static_assert(sizeof(LiveHeader) <= kLiveHeaderBytes);

}  // namespace lw
