// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/container.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <string_view>

namespace lw {
namespace {

// Smaller arrays are not worth the doubt, and are sampled too rarely for a series of sizes.
constexpr f64 kLeastCapacity = 128 << 10;
constexpr u32 kLeastReallocs = 4;  // of one block
// Freed before over alive now: 1 for growth by 2, 2 for growth by 1.5, each somewhat less where the first blocks were
// too small to be sampled, and more for containers that were built several times.
constexpr f64 kLeastFreedRatio = 0.4, kMostFreedRatio = 2.6;
// The freed blocks are smaller than those alive by far: at most half of the mean.
constexpr f64 kMostRelativeSize = 0.5;
constexpr f64 kLeastFreedBlocks = 3;  // for each that is alive
constexpr f64 kStep = 1.25;
constexpr f64 kSureOfFunction = 0.95, kSureOfCaller = 0.9;

bool is_series(const Level& now) {
  const f64 alive = now.bytes, freed = now.freed.bytes;
  if (now.count < 0.5 || now.freed.samples < 3) return false;
  if (freed < kLeastFreedRatio * alive || freed > kMostFreedRatio * alive) return false;
  if (now.freed.count < kLeastFreedBlocks * now.count) return false;
  return freed / now.freed.count <= kMostRelativeSize * alive / now.count;
}

void count_steps(const std::vector<Level>& levels, ContainerCase& container) {
  f64 before = 0;
  for (const Level& level : levels) {
    if (level.bytes <= 0) continue;
    if (before == 0) {
      before = level.bytes;
    } else if (level.bytes >= kStep * before) {
      ++container.steps;
      before = level.bytes;
    }
  }
}

const LiveBlock* largest_block(const Subject& subject) {
  const LiveBlock* largest = nullptr;
  for (const u32 series : subject.series) {
    for (u32 i = subject.live->first[series]; i < subject.live->first[series + 1]; ++i) {
      const LiveBlock& block = subject.live->blocks[i];
      if (largest == nullptr || block.size > largest->size) largest = &block;
    }
  }
  return largest;
}

// Capacity whatever it is; `by_sizes` says whether its sizes have the mark.
std::optional<ContainerCase> measured(const Subject& subject) {
  const LiveBlock* largest = largest_block(subject);
  if (largest == nullptr || static_cast<f64>(largest->size) < kLeastCapacity) return {};
  const std::vector<Level> levels = levels_of(subject);
  ContainerCase container;
  container.largest_bytes = static_cast<f64>(largest->size);
  container.last_growth_s = largest->birth_s;
  if (largest->resident != kNotMeasured) {
    container.touched_share = std::min(1.0, static_cast<f64>(largest->resident) / static_cast<f64>(largest->size));
  }
  for (const Birth& birth : births_of(subject)) container.capacity_bytes += birth.weight.bytes;
  container.by_sizes = largest->reallocs >= kLeastReallocs || is_series(levels.back());
  count_steps(levels, container);
  return container;
}

// Parts of function names, of libstdc++, libc++, Rust's libraries and what C programs call theirs.
constexpr std::string_view kTableNames[] = {"rehash",     "_M_allocate_buckets", "allocate_buckets", "dictExpand",
                                            "dictResize", "hash_grow",           "hashtable_resize", "resize_table"};
constexpr std::string_view kArrayNames[] = {"_M_realloc_insert",
                                            "_M_realloc_append",
                                            "_M_default_append",
                                            "_M_fill_insert",
                                            "_M_range_insert",
                                            "_M_reallocate_map",
                                            "_M_allocate_and_copy",
                                            "::reserve",
                                            "::_M_mutate",
                                            "__push_back_slow_path",
                                            "__emplace_back_slow_path",
                                            "__append",
                                            "grow_amortized",
                                            "grow_exact",
                                            "reserve_for_push",
                                            "finish_grow",
                                            "g_array_maybe_expand",
                                            "g_ptr_array_maybe_expand"};

bool contains_any(std::string_view name, std::span<const std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

bool is_known_function(const NamedFrame& frame) { return frame.named && !frame.wrapper && frame.function != "main"; }

// The names of the program's own functions on a stack, from the blamed one outwards as far as two callers.
std::vector<std::string> near_functions(const NamedStack& stack) {
  constexpr size_t kNear = 3;
  std::vector<std::string> functions;
  for (size_t i = stack.blamed; i < stack.frames.size() && functions.size() < kNear; ++i) {
    if (is_known_function(stack.frames[i])) functions.push_back(stack.frames[i].function);
  }
  return functions;
}

}  // namespace

std::optional<ContainerCase> container_by_sizes(const Subject& subject) {
  std::optional<ContainerCase> container = measured(subject);
  if (container && !container->by_sizes) container.reset();
  return container;
}

std::optional<ContainerKind> container_by_frames(const NamedStack& stack) {
  std::optional<ContainerKind> kind;
  for (size_t i = 0; i <= stack.blamed && i < stack.frames.size(); ++i) {
    const std::string& name = stack.frames[i].function;
    if (contains_any(name, kTableNames)) return ContainerKind::kTable;
    if (contains_any(name, kArrayNames)) kind = ContainerKind::kArray;
  }
  return kind;
}

std::optional<ContainerCase> container_of(const Subject& subject, const Names& names, StackNumber stack) {
  std::optional<ContainerCase> container = measured(subject);
  if (!container) return {};
  const std::optional<ContainerKind> kind = container_by_frames(names[stack]);
  container->by_frames = kind.has_value();
  container->kind = kind.value_or(ContainerKind::kArray);
  if (!container->by_sizes && !container->by_frames) return {};
  return container;
}

f64 kinship(const NamedStack& room, const NamedStack& elements) {
  const std::vector<std::string> makers = near_functions(room), fillers = near_functions(elements);
  if (makers.empty() || fillers.empty()) return 0;
  if (makers.front() == fillers.front()) return kSureOfFunction;
  const bool shared = std::any_of(makers.begin(), makers.end(), [&](const std::string& function) {
    return std::find(fillers.begin(), fillers.end(), function) != fillers.end();
  });
  return shared ? kSureOfCaller : 0;
}

bool fills_at_a_steady_pace(const ContainerCase& container, f64 now_s) {
  constexpr u32 kLeastSteps = 3;
  constexpr f64 kLeastPaced = 1 << 20;  // below this an array is more likely on its way to its bound
  constexpr f64 kLatest = 0.4;          // by doubling the last growth falls into the second half of the time
  constexpr f64 kTolerance = 0.15;      // of the capacity
  if (container.steps < kLeastSteps || container.largest_bytes < kLeastPaced || !container.touched_share) return false;
  if (container.last_growth_s < kLatest * now_s) return false;
  // It was full when it grew, at that time with half of its present room; steadily filled it now holds:
  const f64 expected = now_s / (2 * container.last_growth_s);
  return std::fabs(*container.touched_share - std::min(1.0, expected)) <= kTolerance;
}

}  // namespace lw
