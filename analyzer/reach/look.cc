// SPDX-License-Identifier: Apache-2.0
#include "analyzer/reach/look.h"

#include <elf.h>

#include <algorithm>
#include <numeric>

#include "analyzer/reach/core_file.h"
#include "analyzer/reach/process_memory.h"
#include "analyzer/reach/range_test.h"

namespace lw {
namespace {

constexpr u64 kBufferBytes = 256 << 10;  // stays in the cache between the kernel's copy and our reading
constexpr u64 kRedZoneBytes = 128;       // below the stack pointer a leaf function may keep what it likes

std::vector<u32> without_overlaps(const std::vector<ScanBlock>& blocks) {
  std::vector<u32> order(blocks.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](u32 a, u32 b) { return blocks[a].start < blocks[b].start; });
  std::vector<u32> apart;
  u64 reached = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    const ScanBlock& block = blocks[order[i]];
    const bool meets_next = i + 1 < order.size() && blocks[order[i + 1]].start < std::max(block.end, block.start + 1);
    if (block.start != 0 && block.start >= reached && !meets_next) apart.push_back(order[i]);
    reached = std::max({reached, block.end, block.start + 1});
  }
  return apart;
}

std::vector<ScanBlock> chosen(const std::vector<ScanBlock>& blocks, const std::vector<u32>& numbers) {
  std::vector<ScanBlock> some;
  for (const u32 number : numbers) {
    some.push_back({blocks[number].start, std::max(blocks[number].end, blocks[number].start + 1)});
  }
  return some;
}

void leave_out(Range hole, std::vector<Range>& ranges) {
  std::vector<Range> rest;
  for (const Range& range : ranges) {
    if (range.start < std::min(range.end, hole.start)) rest.push_back({range.start, std::min(range.end, hole.start)});
    if (std::max(range.start, hole.end) < range.end) rest.push_back({std::max(range.start, hole.end), range.end});
  }
  ranges = std::move(rest);
}

struct Heap {
  Range info;  // heap_info and arena, which point to free chunks only
  HeapExtent extent;
};

// glibc's heaps in a region: brk's is all of it, threads' begin at multiples of their size.
template <class Memory>
std::vector<Heap> heaps_in(Memory& memory, const Region& region) {
  if (region.path == "[heap]") return {{{region.start, region.start}, {region.start, region.end}}};
  std::vector<Heap> heaps;
  if (!region.anonymous() || region.shared || !region.path.empty()) return heaps;
  u64 start = (region.start + kThreadHeapBytes - 1) & ~(kThreadHeapBytes - 1);
  for (; start < region.end; start += kThreadHeapBytes) {
    const HeapExtent extent = heap_at(memory, start, region.end, false);
    if (extent.first < extent.end) heaps.push_back({{start, extent.first}, extent});
  }
  return heaps;
}

template <class Memory>
void leave_out_main_arena(Memory& memory, const Scene& scene, u64 top, std::vector<Range>& ranges) {
  for (const Region& region : scene.regions) {
    if (!region.writable || !is_libc(region)) continue;
    const u64 arena = main_arena_in(memory, region.start, region.end, top);
    if (arena != 0) leave_out({arena, arena + kArenaBytes}, ranges);
  }
}

}  // namespace

BlockTable::BlockTable(const std::vector<ScanBlock>& blocks)
    : numbers_(without_overlaps(blocks)),
      blocks_(chosen(blocks, numbers_)),
      filter_(kPageFilterWords),
      map_(blocks_.data(), count(), filter_.data(), widest_range_test()) {}

std::vector<Range> root_ranges(const Scene& scene) {
  std::vector<Range> ranges;
  for (const Region& region : regions_with_pointers(scene.regions)) {
    std::vector<Range> parts = {{region.start, region.end}};
    leave_out(scene.library, parts);
    for (const ThreadState& thread : scene.threads) {
      const bool on_it = region.path == "[stack]" && region.start <= thread.sp && thread.sp < region.end;
      if (on_it) leave_out({region.start, std::max(region.start, (thread.sp - kRedZoneBytes) & ~u64{7})}, parts);
    }
    ranges.insert(ranges.end(), parts.begin(), parts.end());
  }
  return ranges;
}

template <class Memory>
std::vector<HeapExtent> heap_extents(Memory& memory, const Scene& scene) {
  std::vector<HeapExtent> extents;
  for (const Region& region : regions_with_pointers(scene.regions)) {
    for (const Heap& heap : heaps_in(memory, region)) extents.push_back(heap.extent);
  }
  return extents;
}

template <class Memory>
Range library_range(Memory& memory, const std::vector<Region>& regions) {
  const Region* first = leakwatch_library(regions);
  Elf64_Ehdr header{};
  if (first == nullptr || memory.read(first->start, &header, sizeof header) != sizeof header) return {};
  Range range{first->start, first->end};
  for (u32 i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part{};
    const u64 at = first->start + header.e_phoff + u64{i} * sizeof part;
    if (memory.read(at, &part, sizeof part) != sizeof part) break;
    if (part.p_type == PT_LOAD) range.end = std::max(range.end, first->start + part.p_vaddr + part.p_memsz);
  }
  range.end = (range.end + 4095) & ~u64{4095};
  return range;
}

template <class Memory>
Look look_at(Memory& memory, const Scene& scene, const BlockTable& table) {
  Look look;
  look.marks.resize(table.count());
  look.holders.resize(table.count());
  std::vector<u8> leaves(table.count());
  std::vector<u32> pending(table.count());
  std::vector<u64> buffer(kBufferBytes / sizeof(u64));
  const ReachTables tables{&table.map(), look.marks.data(), leaves.data(), pending.data(), buffer.data(), kBufferBytes};
  const auto seen = [&](u32 block, u64 where, u32 by) { look.holders[block] = {where, by}; };
  ReachPass pass(tables, memory, seen);

  for (const ThreadState& thread : scene.threads) {
    look.hidden += thread.hidden;
    for (const u64 word : thread.words) pass.see_root_word(word, 0);
  }
  for (const u64 word : scene.words) pass.see_root_word(word, 0);

  std::vector<Range> ranges = root_ranges(scene);
  for (const Region& region : scene.walk_heaps ? regions_with_pointers(scene.regions) : std::vector<Region>()) {
    for (const Heap& heap : heaps_in(memory, region)) {
      const u64 last = pass.scan_heap(heap.extent, scene.only_blocks);
      if (last != 0) leave_out(heap.info, ranges);
      if (last != 0 && region.path == "[heap]") leave_out_main_arena(memory, scene, last, ranges);
      leave_out({heap.extent.first, heap.extent.end}, ranges);
    }
  }
  for (const Range& range : ranges) pass.scan_roots(range.start, range.end);
  pass.flood();
  pass.tell_lost_apart();
  look.bytes = pass.scanned_bytes();
  return look;
}

template Range library_range(ProcessMemory& memory, const std::vector<Region>& regions);
template std::vector<HeapExtent> heap_extents(ProcessMemory& memory, const Scene& scene);
template Look look_at(ProcessMemory& memory, const Scene& scene, const BlockTable& table);
template Range library_range(CoreFile& memory, const std::vector<Region>& regions);
template Look look_at(CoreFile& memory, const Scene& scene, const BlockTable& table);

}  // namespace lw
