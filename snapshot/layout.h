// SPDX-License-Identifier: Apache-2.0
// The snapshot file: what stands where in a `.lws`. This header is the whole agreement between the
// process that writes one and the person who reads it years later; docs/snapshot-format.md says the
// same in prose, with a worked example.
//
//   file     = FileHeader section*                  little-endian, no padding between sections
//   section  = SectionHeader payload                payload is payload_bytes long
//   payload  = record*                              record_count of them, back to back
//
// Inside a payload:
//   varint   unsigned LEB128, at most 10 bytes       zigzag  varint of (n << 1) ^ (n >> 63)
//   f64, f32 IEEE 754, little-endian                 text    varint length, then that many bytes
// Times are nanoseconds of CLOCK_MONOTONIC since the process's start_ns, unless named *_unix_ns.
// A reader skips section types it does not know (unless kSectionRequired is set in flags) and ignores
// what stands behind the last field it knows of PROCESS and RECEIPT: these two may grow at their ends.
#pragma once

namespace lw {

using u8 = unsigned char;
using u16 = unsigned short;
using u32 = unsigned int;
using u64 = unsigned long long;
using i64 = long long;
using f32 = float;
using f64 = double;
static_assert(sizeof(u16) == 2 && sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(i64) == 8);
static_assert(sizeof(f32) == 4 && sizeof(f64) == 8);

// Not text (0x89), survives no newline conversion (\r\n), stops `type` on a terminal (0x1a).
inline constexpr u8 kSnapshotMagic[8] = {0x89, 'L', 'W', 'S', '\r', '\n', 0x1a, '\n'};
inline constexpr u32 kSnapshotVersion = 1;  // Raised when an old reader would misread a new file.

enum class DumpReason : u32 {
  kNone = 0,
  kPeriod = 1,   // LEAKWATCH_PERIOD ran out
  kSignal = 2,   // LEAKWATCH_SIGNAL arrived
  kExit = 3,     // exit, _exit, quick_exit, return from main
  kRequest = 4,  // `leakwatch dump PID`
  kKilled = 5,   // made from the live file of a process that is gone
  kPeek = 6,     // made from the live file of a process that runs on (report PID)
  kExec = 7,     // the process is about to become another program
  kAlarm = 8,    // growth or memory pressure in the process itself
  kSealed = 9,   // the process is about to forbid itself system calls (seccomp): watching ends here
};
inline constexpr DumpReason kLastDumpReason = DumpReason::kSealed;

struct FileHeader {
  u8 magic[8];
  u32 version;
  u32 header_bytes;  // sizeof(FileHeader): where the first section starts
  u32 section_count;
  DumpReason reason;
  u64 file_bytes;     // the whole file; a shorter one is truncated
  u64 taken_unix_ns;  // wall clock at the dump
  u64 sequence;       // 0, 1, 2 … within the process
  u64 reserved;       // written as zero, not looked at
  u64 checksum;       // XXH64, seed 0, of the 56 bytes above
};
static_assert(sizeof(FileHeader) == 64);

enum class SectionType : u32 {
  kProcess = 1,
  kMappings = 2,
  kStacks = 3,
  kSites = 4,
  kLive = 5,
  kThreads = 6,
  kMemory = 7,
  kDrops = 8,
  kReceipt = 9,
  kReleases = 10,
  kReach = 11,
};

inline constexpr u32 kSectionRequired = 1;  // SectionHeader::flags: who does not know it must refuse.

struct SectionHeader {
  SectionType type;
  u32 flags;
  u64 payload_bytes;
  u64 record_count;
  u64 checksum;  // XXH64, seed 0, of the payload
};
static_assert(sizeof(SectionHeader) == 32);

// PROCESS   one record: varint pid, varint parent pid, varint start_unix_ns, varint start_ticks (field 22 of
//           /proc/PID/stat, tells two processes of one pid apart), varint taken_ns (uptime at the dump),
//           varint interval (mean bytes between samples now; 1 = exact), varint requested_interval (0 = auto),
//           varint flags (ProcessFlag), varint page_bytes, varint memory_total (of the machine), varint
//           address_space_limit (RLIMIT_AS, 0 = none), varint pid_namespace (its inode), text name, text host,
//           text leakwatch_version, text executable, text boot_id, varint argc, text × argc
// MAPPINGS  per loaded object: varint start, varint end - start, varint file_offset of start,
//           varint loaded_epoch, varint unloaded_epoch (0 = still loaded), text build_id (raw bytes), text path
// STACKS    per stack, innermost frame first in meaning, but stored so that outer frames shared with the stack
//           before it are not repeated: varint epoch (of the mappings: see below), varint flags (StackFlag),
//           varint shared (how many of its outermost frames equal the previous stack's),
//           varint fresh (how many more), then `fresh` frames from the outermost fresh one inwards, each a
//           zigzag difference to the frame stored before it (the first one: to the innermost shared frame, or 0).
//           A frame is a return address; look up address - 1. shared + fresh is at most kMaxStackDepth.
//           Stacks are those of sites, of RELEASES, and of the calls that made threads.
// SITES     per site, in the order of their numbers 0, 1, 2 …: varint stack (number in STACKS), varint first_us,
//           varint last_us - first_us, then Sums of allocations, Sums of frees, varint mismatches (samples freed
//           through the wrong function), varint mismatch_kinds (alloc kind × 256 + free kind of the last one),
//           varint bins, then per non-empty bin of the lifetime histogram: varint bin, varint weighted count (rounded).
//           Sums = varint samples; unless that is 0: f64 count, f64 bytes, f32 count_variance, f32 bytes_variance
// LIVE      per sample: varint marks, zigzag address - previous address (if kLiveWholePages: divided by 4096), varint
//           size, zigzag birth_us - previous birth_us, varint site, varint thread (number in THREADS);
//           if kLiveInterval: zigzag interval - previous interval, otherwise it is the same; if kSampleRealloc:
//           varint reallocs, varint birth_us - first_birth_us; if kLiveResident: varint resident bytes.
//           marks = AllocKind + 8 × (SampleFlags, kLiveWholePages, kLiveInterval and kLiveResident) + 256 × Reach
// THREADS   per thread: varint tid, varint flags (ThreadFlag), varint start_ns, varint end_ns (0 = runs), varint
//           allocations, varint frees, varint allocated_bytes, varint parent (number in THREADS, 0 = unknown), varint
//           made_by (number in STACKS + 1, 0 = unknown), varint stack_bytes, text name. Records not in use have tid 0,
//           and so has number 0, which stands for all threads without a record of their own.
// MEMORY    varint fields (of each point), then per point, oldest first, zigzag differences to the point before it,
//           fields in MemoryPoint's order (live_layout.h), the f64 fields rounded to whole numbers
// DROPS     per reason that occurred: text reason, varint count, f64 bytes (weighted)
// RECEIPT   one record: varint samples, varint sampled_frees, varint slow_ns, varint unwind_ns, varint dumps,
//           varint dump_ns, varint longest_dump_ns, varint own_bytes (resident memory of leakwatch's own),
//           varint budget_ppm, varint cpu_ns (of the whole process), varint false_hits (unsampled frees
//           that had to be looked up), varint cold_frames (addresses whose unwind rule had to be worked out)
// RELEASES  who gave the blocks of a site back, per pair of site and stack: varint site, varint stack, varint last_us,
//           varint samples, f32 count, f32 bytes (weighted)
// REACH     at most one record, the last search for pointers to live blocks: varint where (ReachWhere), varint flags
//           (ReachFlag), varint began_ns, varint duration_ns, varint pause_ns, varint words, varint blocks
//
// Epochs: the table of mappings has an epoch that rises with every change seen. An object is the right one
// for a stack if loaded_epoch <= stack.epoch and (unloaded_epoch == 0 or stack.epoch < unloaded_epoch).

enum class AllocKind : u8 { kMalloc = 0, kNew = 1, kNewArray = 2, kMallocx = 3, kMmap = 4 };

enum SampleFlag : u8 { kSampleInherited = 1, kSampleRealloc = 2 };
enum LiveMark : u8 { kLiveWholePages = 4, kLiveInterval = 8, kLiveResident = 16 };  // beside SampleFlag in LIVE
inline constexpr u32 kLiveReachShift = 5;                                           // Reach stands above them
inline constexpr u32 kLivePageLog2 = 12;
enum StackFlag : u16 {
  kStackTruncated = 1,  // deeper than LEAKWATCH_DEPTH, or the walk had to give up
  kStackOther = 2,      // stands for all stacks that found no room of their own
};
inline constexpr u32 kMaxStackDepth = 1024;  // A deeper one is damage, not a stack.

// Whether anything still points to a block, as the search in REACH found it.
enum class Reach : u8 {
  kUnknown = 0,  // there was no search, or the block is younger
  kHeld = 1,
  kLost = 2,        // nothing points to it
  kHeldByLost = 3,  // only lost blocks do
};

enum class ReachWhere : u32 {
  kNone = 0,
  kExit = 1,  // in the process, at its end
  kFork = 2,  // in a copy-on-write child of it
};
inline constexpr ReachWhere kLastReachWhere = ReachWhere::kFork;
enum ReachFlag : u32 {
  kReachCutShort = 1,       // the time ran out: no block is called lost for want of what was not searched
  kReachComplete = 2,       // every block of the program was known, so that lost lists and cycles are told as a whole
  kReachBesideThreads = 4,  // other threads ran on: each look may have missed a pointer that they moved
  // Beside kReachCutShort, if it was not for the time; of a copy-on-write child only.
  kReachCopied = 8,     // the program had to copy too many pages meanwhile
  kReachTooLarge = 16,  // not begun: it would have paused the program for too long
  kReachFlags = kReachCutShort | kReachComplete | kReachBesideThreads | kReachCopied | kReachTooLarge
};
inline constexpr u32 kLeastLooksBesideThreads = 3;  // that agree on what is marked as lost

enum ThreadFlag : u32 { kThreadEnded = 1 };
enum ProcessFlag : u32 {
  kProcessForked = 1,     // began by fork, not exec
  kProcessExact = 2,      // every allocation was recorded, up to now
  kProcessNotCovered = 4  // malloc is bound past leakwatch: the program brings its own allocator
};

// Lifetime histogram: bin b counts lifetimes in [2^(b+16), 2^(b+17)) ns, that is from 65.5 µs on, by
// doubling; bin 0 also takes everything shorter, the last bin (39 h and more) everything longer.
inline constexpr u32 kLifetimeBins = 32;
inline constexpr u32 kLifetimeFirstLog2 = 16;

}  // namespace lw
