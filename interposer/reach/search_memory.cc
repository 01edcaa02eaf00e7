// SPDX-License-Identifier: Apache-2.0
#include "interposer/reach/search_memory.h"

#include "interposer/cold/unwind.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/text.h"
#include "interposer/state/inherited.h"
#include "interposer/state/live_table.h"

extern "C" {
// Set by the linker: the first byte of libleakwatch.so and the end of its data.
extern char __ehdr_start __attribute__((visibility("hidden")));
extern char _end __attribute__((visibility("hidden")));
}

namespace lw {
namespace {

constexpr u64 kYoungestNs = 10'000'000;  // a younger block may not have reached its place yet, where others run

// libc.so.6, or libc-2.31.so as it was called before.
bool is_libc(const char* path) {
  const char* name = path;
  for (const char* at = path; *at != '\0'; ++at) {
    if (*at == '/') name = at + 1;
  }
  return starts_with(name, "libc.so") || starts_with(name, "libc-2.");
}

struct Hole {
  u64 start, end;
};
Hole hole(u64 start, u64 bytes) { return {start, (start + bytes + 4095) & ~u64{4095}}; }
Hole hole(const void* start, u64 bytes) { return hole(reinterpret_cast<u64>(start), bytes); }

}  // namespace

namespace {

constexpr u32 kMostEndingFrames = 16;

struct CodeOfLibc {
  u64 start = ~u64{0}, end = 0;
};

bool is_ending(u64 frame, const CodeOfLibc& libc) { return libc.start <= frame && frame < libc.end; }

}  // namespace

void skip_ending_frames(Caller& caller) {
  CodeOfLibc libc;
  read_maps("/proc/self/maps", &libc, [](void* self, const MapsLine& line) {
    CodeOfLibc& code = *static_cast<CodeOfLibc*>(self);
    if (!line.executable || !is_libc(line.path)) return;
    if (line.start < code.start) code.start = line.start;
    if (line.end > code.end) code.end = line.end;
  });
  u64 frames[kMostEndingFrames];
  StackBounds bounds{};
  const u32 depth = unwind(frames, kMostEndingFrames, &bounds).depth;  // without our own
  // Each return address stands right below its frame: the first word from here up that equals it. Copies further down
  // only make more of the stack count.
  const u64* at = reinterpret_cast<const u64*>(caller.frame & ~u64{7});
  for (u32 i = 0; i < depth && is_ending(frames[i], libc); ++i) {
    while (reinterpret_cast<u64>(at + 1) <= bounds.high && *at != frames[i]) ++at;
    if (reinterpret_cast<u64>(at + 1) > bounds.high) return;
    ++at;
    caller.frame = reinterpret_cast<u64>(at);
  }
}

Search::Search(LiveHeader* live, const Caller& caller, u64 deadline_ns)
    : live_(live), caller_(caller), began_ns_(monotonic_ns()), memory_(deadline_ns) {}

bool Search::prepare() { return memory_.readable() && samples_.collect(); }

// Then what else there is in glibc's heaps must be free.
bool Search::nothing_was_missed() const {
  if ((live_->process_flags & kProcessExact) == 0) return false;
  for (const DropCount& drop : live_->drops) {
    if (drop.count != 0) return false;
  }
  return true;
}

bool Search::look(const Surroundings& around) {
  const BlockMap blocks = samples_.map();
  for (u32 i = 0; i < blocks.count(); ++i) {
    samples_.marks[i] = Mark::kUnseen;
    samples_.leaves[i] = 0;
  }
  const ReachTables tables = samples_.tables(blocks);
  void (*nobody_asks)(u32, u64, u32) = [](u32, u64, u32) {};
  Pass pass(tables, memory_, nobody_asks);
  complete_ = nothing_was_missed() && around.other_threads == 0;
  for (const u64 word : caller_.registers.words) pass.see_root_word(word, 0);
  for (u32 i = 0; i < around.count; ++i) pass.see_root_word(around.words[i], 0);
  Line line{this, &pass};
  const bool mapped = read_maps("/proc/self/maps", &line, [](void* self, const MapsLine& text) {
    static_cast<Line*>(self)->search->scan_line(text, *static_cast<Line*>(self)->pass);
  });
  pass.flood();
  pass.tell_lost_apart();
  words_ = pass.scanned_bytes() / sizeof(u64);
  for (u32 i = 0; i < blocks.count(); ++i) {
    if (samples_.best[i] != Mark::kHeld) samples_.best[i] = samples_.marks[i];
  }
  return mapped && around.complete && !pass.stopped();
}

void Search::scan_line(const MapsLine& line, Pass& pass) {
  const bool anonymous = line.path[0] == '\0' || line.path[0] == '[';
  // What the loader protects once it is relocated was written before; constants beside it do no harm.
  const bool was_written = line.writable || anonymous || (!line.shared && !line.executable);
  if (!line.readable || !was_written || starts_with(line.path, "[v")) return;
  if (same_text(line.path, "[heap]")) {
    heap_top_ = pass.scan_heap({line.start, line.end}, complete_);  // it comes before the libraries
    return;
  }
  memory_.expect_shared(line.shared);
  u64 start = line.start;
  if (same_text(line.path, "[stack]") && start <= caller_.frame && caller_.frame < line.end) {
    start = caller_.frame & ~u64{7};
  } else if (line.path[0] == '\0' && !line.shared) {
    start = scan_thread_heaps(line, pass);
  } else if (line.writable && heap_top_ != 0 && is_libc(line.path)) {
    const u64 arena = main_arena_in(memory_, line.start, line.end, heap_top_);
    if (arena != 0) {
      scan_around_holes(start, arena, pass);
      start = arena + kArenaBytes;
    }
  }
  scan_around_holes(start, line.end, pass);
  memory_.expect_shared(false);
}

// Heaps of other arenas begin at multiples of their size, perhaps behind something else in the same mapping. Returns
// where what is left of the line begins.
u64 Search::scan_thread_heaps(const MapsLine& line, Pass& pass) {
  u64 from = line.start;
  u64 at = (line.start + kThreadHeapBytes - 1) & ~(kThreadHeapBytes - 1);
  for (; at < line.end; at += kThreadHeapBytes) {
    if (memory_.present(at, at + 1) != at) continue;  // a look would give a huge reservation a page in each of them
    const HeapExtent heap = heap_at(memory_, at, line.end, false);
    if (heap.first >= heap.end) continue;
    scan_around_holes(from, at, pass);
    if (pass.scan_heap(heap, complete_) == 0) scan_around_holes(at, heap.first, pass);
    from = heap.end;
  }
  return from;
}

// Our own memory lists addresses and holds nothing.
void Search::scan_around_holes(u64 start, u64 end, Pass& pass) {
  const OwnMappings own = remembered_mappings();
  const Hole holes[] = {hole(&__ehdr_start, static_cast<u64>(&_end - &__ehdr_start)), hole(own.live, own.live_bytes),
                        hole(own.indexes, own.index_bytes), hole(samples_.room(), samples_.room_bytes())};
  while (start < end) {
    u64 stop = end, next = end;
    for (const Hole& h : holes) {
      if (h.end <= start || h.start >= stop) continue;
      stop = h.start < start ? start : h.start;
      next = h.end;
    }
    if (stop > start) pass.scan_roots(start, stop);
    start = next;
  }
}

void Search::count_heads() {
  for (u32 i = 0; i < samples_.count(); ++i) {
    const u32 site = samples_.site(i);
    if (samples_.best[i] == Mark::kUnseen && site < samples_.sites) ++samples_.heads[site];
  }
}

Reach Search::reach_of(u32 block, u32 hidden, bool still) const {
  const Mark mark = samples_.best[block];
  if (mark == Mark::kHeld) return Reach::kHeld;
  const u32 site = samples_.site(block);
  const bool young = !still && samples_.birth_ns(block) + kYoungestNs > began_ns_;
  const bool forgiven = hidden != 0 && (site >= samples_.sites || samples_.heads[site] <= hidden);
  if (young || forgiven) return Reach::kUnknown;
  return mark == Mark::kByLost ? Reach::kHeldByLost : Reach::kLost;
}

void Search::store_marks(const Surroundings& around, bool still) {
  count_heads();
  for (u32 i = 0; i < samples_.count(); ++i) samples_.store(i, reach_of(i, around.hidden, still));
}

void Search::tell(ReachWhere where, bool cut_short, bool still) {
  ReachScan& scan = live_->reach;
  const u32 how_far = cut_short ? u32{kReachCutShort} : complete_ ? u32{kReachComplete} : 0;
  const u32 copied = cut_short && memory_.copied_too_much() ? u32{kReachCopied} : 0;
  store_relaxed(scan.flags, how_far | copied | (still ? 0 : u32{kReachBesideThreads}));
  store_relaxed(scan.began_ns, began_ns_);
  store_relaxed(scan.duration_ns, monotonic_ns() - began_ns_);
  store_relaxed(scan.words, words_);
  store_relaxed(scan.blocks, u64{samples_.count()});
  store_release(scan.where, where);
}

}  // namespace lw
