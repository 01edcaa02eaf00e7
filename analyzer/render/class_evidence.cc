// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/class_evidence.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/units.h"
#include "analyzer/model/churn.h"

namespace lw {
namespace {

std::string many(u64 count, const char* thing) {
  return fmt::format("{} {}{}", count_text(static_cast<f64>(count)), thing, count == 1 ? "" : "s");
}

const char* room_word(ContainerKind kind) { return kind == ContainerKind::kTable ? "table" : "array"; }

// The call that gives back what it can at once.
const char* trim_call(AllocatorName allocator) {
  switch (allocator) {
    case AllocatorName::kJemalloc:
      return "A purge of its arenas";
    case AllocatorName::kTcmalloc:
      return "MallocExtension_ReleaseFreeMemory()";
    case AllocatorName::kMimalloc:
      return "mi_collect(true)";
    case AllocatorName::kGlibc:
      break;
  }
  return "malloc_trim(0)";
}

std::string fragmentation_advice(const FragmentationCase& grounds, AllocatorName allocator) {
  switch (allocator) {
    case AllocatorName::kJemalloc:
      return "MALLOC_CONF=background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0 gives unused pages back within a "
             "second, also while the program rests.";
    case AllocatorName::kTcmalloc:
      return "TCMALLOC_RELEASE_RATE=10 gives unused pages back sooner; MallocExtension_ReleaseFreeMemory() at once.";
    case AllocatorName::kMimalloc:
      return "MIMALLOC_PURGE_DELAY=0 gives unused pages back at once.";
    case AllocatorName::kGlibc:
      break;
  }
  const std::string arenas =
      grounds.threads > 1
          ? fmt::format("; MALLOC_ARENA_MAX=2 keeps its {} from spreading over arenas", many(grounds.threads, "thread"))
          : "";
  return "Call malloc_trim(0) when much has been freed" + arenas +
         "; or run it on jemalloc (leakwatch run --allocator jemalloc), which gives unused pages back.";
}

}  // namespace

std::string thread_rate_text(f64 threads_per_s) {
  if (threads_per_s >= 1) return fmt::format("{:.1f} threads/s", threads_per_s);
  if (threads_per_s * 60 >= 1) return fmt::format("{:.1f} threads/min", threads_per_s * 60);
  return fmt::format("{:.1f} threads/h", threads_per_s * 3600);
}

std::string why_thread(const ThreadCase& grounds) {
  std::string text = fmt::format("{} that {} made here run on; ", many(grounds.running, "thread"),
                                 grounds.running == 1 ? "was" : "were");
  text +=
      grounds.ended == 0 ? "none has ended." : fmt::format("{} ended.", count_text(static_cast<f64>(grounds.ended)));
  if (grounds.stack_bytes <= 0) return text;
  text += fmt::format(" Each holds {} of stack", bytes_text(grounds.stack_bytes));
  if (grounds.heap_bytes > 0) {
    text += fmt::format(" and {} of heap", bytes_text(grounds.heap_bytes / static_cast<f64>(grounds.running)));
  }
  if (grounds.reserved_bytes > 0) text += fmt::format("; their stacks reserve {}", bytes_text(grounds.reserved_bytes));
  return text + '.';
}

std::string why_residue(const ResidueCase& grounds) {
  if (!grounds.emptied) {
    return fmt::format("Of {} that were asked for, {} have ever been written to, in {}.",
                       bytes_text(grounds.capacity_bytes), bytes_text(grounds.touched_bytes),
                       duration_text(grounds.since_s));
  }
  const std::string left = grounds.contents_bytes < 0.01 * grounds.contents_peak_bytes
                               ? "gone"
                               : fmt::format("gone but for {}", bytes_text(grounds.contents_bytes));
  return fmt::format("The {} keeps {} of room; the elements that it grew with, {} at their most, have been {} for {}.",
                     room_word(grounds.kind), bytes_text(grounds.capacity_bytes),
                     bytes_text(grounds.contents_peak_bytes), left, duration_text(grounds.since_s));
}

std::string why_churn(const ChurnCase& grounds, f64 died_by_s) {
  return fmt::format(
      "About {} blocks a second ({}/s), {} of all allocations; 97 % of them live less than {}. At {:.0f} ns for an "
      "allocation and its free, which is an estimate, the allocator takes about {} of this program's CPU time.",
      count_text(grounds.blocks_per_s), bytes_text(grounds.bytes_per_s), share_text(grounds.call_share),
      shorter_than_text(died_by_s), kPairCost_s * 1e9, share_text(grounds.cpu_share));
}

std::string why_fragmentation(const FragmentationCase& grounds, AllocatorName allocator) {
  std::string text =
      grounds.rising
          ? fmt::format("The allocator keeps {} that are free, and {} more all the time; no more than {} were in use.",
                        bytes_text(grounds.free_bytes), rate_text(grounds.bytes_per_s.value),
                        bytes_text(grounds.in_use_bytes))
          : fmt::format(
                "The allocator has kept {} that are free for {} at least, beside at most {} in use; at the peak "
                "{} were.",
                bytes_text(grounds.free_bytes), duration_text(grounds.window_s), bytes_text(grounds.in_use_bytes),
                bytes_text(grounds.most_in_use_bytes));
  if (grounds.releasable_bytes > 0) {
    // glibc names the end of its heap alone; a trim also gives back whole pages between blocks.
    text +=
        fmt::format(" {} would give back {} {}.", trim_call(allocator),
                    allocator == AllocatorName::kGlibc ? "at least" : "about", bytes_text(grounds.releasable_bytes));
  }
  return text;
}

std::string filling_text(const ContainerCase& room) {
  const std::string written = room.touched_share ? fmt::format("; {} of it are written, as that pace would have it",
                                                               share_text(*room.touched_share))
                                                 : "";
  return fmt::format("The {} of a container was seen to grow {} times, last {} after the start, to {} of room{}.",
                     room_word(room.kind), room.steps, duration_text(room.last_growth_s),
                     bytes_text(room.capacity_bytes), written);
}

std::string shorter_than_text(f64 life_s) { return duration_text(std::max(life_s, 0.001)); }

std::string room_text(const Assessment& growing) {
  if (!growing.container) return "";
  const ContainerCase& room = *growing.container;
  constexpr f64 kAllOfIt = 0.9;
  if (room.capacity_bytes < kAllOfIt * growing.live_bytes.value) {
    return fmt::format(" Beside the blocks {} are a container's room for them.", bytes_text(room.capacity_bytes));
  }
  const std::string written =
      room.touched_share ? fmt::format(", of which {} are written", share_text(*room.touched_share)) : "";
  return fmt::format(" It is the {} of a container, which grows in steps: {} of room{}.", room_word(room.kind),
                     bytes_text(room.capacity_bytes), written);
}

std::string advice_text(const Assessment& finding, AllocatorName allocator) {
  if (finding.fragmentation) return fragmentation_advice(*finding.fragmentation, allocator);
  if (finding.residue && !finding.residue->emptied) return "Reserve what is needed, or grow with the need.";
  if (finding.residue && finding.residue->kind == ContainerKind::kTable) {
    return "Give the table back when it is emptied: swap it with a new one, or call rehash(0).";
  }
  if (finding.residue) return "Call shrink_to_fit() after it is emptied, or swap it with a new one.";
  return words_of(finding.verdict).advice;
}

}  // namespace lw
