// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/model/call_path.h"
#include "analyzer/render/class_evidence.h"

namespace lw {
namespace {

const char* allocated_by(AllocKind kind) {
  switch (kind) {
    case AllocKind::kNew:
      return "new";
    case AllocKind::kNewArray:
      return "new[]";
    case AllocKind::kMallocx:
      return "mallocx";
    case AllocKind::kMmap:
      return "mmap";
    case AllocKind::kMalloc:
      break;
  }
  return "malloc";
}

const char* freed_by(AllocKind kind) {
  switch (kind) {
    case AllocKind::kNew:
      return "delete";
    case AllocKind::kNewArray:
      return "delete[]";
    case AllocKind::kMallocx:
      return "dallocx";
    case AllocKind::kMmap:
      return "munmap";
    case AllocKind::kMalloc:
      break;
  }
  return "free";
}

std::string samples_text(u64 samples) {
  return fmt::format("{} sampled block{}", count_text(static_cast<f64>(samples)), samples == 1 ? "" : "s");
}

// "all through the last 12 min", with how it came.
std::string when_text(const Assessment& a) {
  const GrowthCase& growth = *a.growth;
  const f64 since_s = growth.onset_range_s.value;
  std::string since;
  if (since_s > 0) {
    since = fmt::format(" since {} after the start (between {} and {})", duration_text(since_s),
                        duration_text(growth.onset_range_s.low), duration_text(growth.onset_range_s.high));
  } else {
    since = " all through " + duration_text(growth.window_s - growth.onset_s);
  }
  switch (a.pattern) {
    case Pattern::kSteps:
      return fmt::format("allocated in about {} steps{}", count_text(growth.shape.events), since);
    case Pattern::kAccelerating:
      return "allocated ever faster" + since;
    default:
      return (growth.shape.likeliest() == Family::kPerWork ? "allocated in step with the load" : "allocated") + since;
  }
}

std::string why_growing(const Assessment& a) {
  const GrowthCase& growth = *a.growth;
  if (growth.samples == 0 && a.container) return filling_text(*a.container);
  const std::string where =
      a.processes > 1 ? fmt::format(" in {} of {} processes", a.seen_in, a.processes) : std::string();
  std::string text = fmt::format("{}{}, {}, {}", samples_text(growth.samples), where, when_text(a),
                                 a.freed_at_exit ? "were freed only when the process ended" : "are still alive");
  const f64 freed = a.freed.count, kept = growth.old.survivors;
  const std::string those = growth.old.age_s > 0 ? " that grew older than " + shorter_than_text(growth.old.age_s) : "";
  if (growth.old.died > 0) {
    text += fmt::format("; of those{} {} were freed{}.", those, share_text(growth.old.died / (growth.old.died + kept)),
                        a.freed_at_exit ? " before" : "");
  } else {
    text += fmt::format("; none{} was freed{}.", those, a.freed_at_exit ? " before" : "");
  }
  if (freed > kept) {
    text += fmt::format(" {} of all blocks from here never are; 97 % of the others live less than {}.",
                        share_text(a.kept.value), shorter_than_text(a.died_by_s));
  }
  return text + room_text(a);
}

// "3 % lost, 97 % held by global g_cache": a site whose blocks share different fates says so.
std::string shares_text(const ReachCase& reach) {
  if (reach.held == 0 || reach.lost() == 0) return "";
  std::string text = fmt::format(" {} of its bytes are lost, the rest is held", share_text(reach.lost_share()));
  if (!reach.holders.empty()) text += fmt::format(", mostly by {}", reach.holders.front().first);
  return text + ".";
}

std::string why_lost(const ReachCase& reach) {
  std::string text = fmt::format("No pointer to {} is left", samples_text(reach.heads));
  if (reach.by_lost > 0) {
    text += fmt::format("; {} more {} held only by lost ones", count_text(static_cast<f64>(reach.by_lost)),
                        reach.by_lost == 1 ? "is" : "are");
  }
  if (reach.looks > 1) text += fmt::format(": {} looks at the memory agree", reach.looks);
  if (reach.kernel_unseen) {
    text += ". A core file does not have what epoll sets and timers keep; had they the only pointer, this is not lost";
  }
  return text + "." + shares_text(reach);
}

// What is lost but too little to rule out that registers hold it, and who holds the rest.
std::string reach_text(const ReachCase& reach) {
  if (reach.heads > 0) {
    return fmt::format(" No pointer to {} of them was found; {} registers could not be looked at.", reach.heads,
                       reach.hidden);
  }
  if (reach.holders.empty()) return "";
  const auto& [holder, share] = reach.holders.front();
  return fmt::format(" {} of them are held by {}.", share_text(share), holder);
}

std::string why_unknown(const Process& process, const Assessment& a) {
  if (!process.live.known) return "What was alive could not be read.";
  if (a.growth && a.growth->many_places) {
    return "These are many places, and more of them all the time, whose stacks found no room: whether one of them "
           "grows cannot be told. A larger LEAKWATCH_MEMORY gives each its own.";
  }
  return fmt::format("{} may be the beginning of growth; that can be told in about {}.",
                     samples_text(a.growth->samples), rough_duration_text(a.wait_s));
}

std::string why_steady(const Assessment& a) {
  const GrowthCase& growth = *a.growth;
  if (a.samples == 0) return "Nothing that was sampled here is alive.";
  if (!growth.old.exists)
    return fmt::format("Blocks from here are freed, 97 % of them within {}.", duration_text(a.died_by_s));
  if (growth.level_disagrees) return "Old blocks survive here, but the level does not rise.";
  if (growth.oldest_died) return "The oldest blocks have been freed; what is alive came later.";
  if (a.pattern == Pattern::kWithLoad) return "It follows the load: as much as the highest load so far needed.";
  if (growth.samples < kLeastGrowthSamples) return fmt::format("Only {} survived.", samples_text(growth.samples));
  return "What is alive was allocated in one stretch of time; nothing has been added since.";
}

}  // namespace

std::string evidence_text(const Process& process, const Assessment& a) {
  switch (a.verdict) {
    case Verdict::kLost:
      return why_lost(*a.reach);
    case Verdict::kGrowing:
      return why_growing(a) + reach_text(*a.reach);
    case Verdict::kUnknown:
      return why_unknown(process, a);
    case Verdict::kMismatch:
      return fmt::format("{} from {} {} given back with {}.", samples_text(a.mismatches),
                         allocated_by(static_cast<AllocKind>(a.mismatch_kinds >> 8)),
                         a.mismatches == 1 ? "was" : "were", freed_by(static_cast<AllocKind>(a.mismatch_kinds & 0xff)));
    case Verdict::kUnfreed:
      return fmt::format("{}{} block{} alive when the process ended after {}, not growing before.",
                         a.live_count.low == a.live_count.high ? "" : "About ", count_text(a.live_count.value),
                         std::round(a.live_count.value) == 1 ? " was" : "s were", duration_text(process.duration_s()));
    case Verdict::kThread:
      return a.thread ? why_thread(*a.thread) : "";
    case Verdict::kResidue:
      return a.residue ? why_residue(*a.residue) : "";
    case Verdict::kChurn:
      return a.churn ? why_churn(*a.churn, a.died_by_s) : "";
    case Verdict::kFragmentation:
      return a.fragmentation ? why_fragmentation(*a.fragmentation, process.allocator) : "";
    case Verdict::kWarming:
      return "What is added here becomes less and less.";
    case Verdict::kPeriodic:
      return "The level rose and fell back several times.";
    default:
      return why_steady(a);
  }
}

std::string evidence_text(const Process& process, const Assessment& a, const Names& names) {
  std::string text = evidence_text(process, a);
  if (a.mapped) text += " The memory is mapped by mmap.";
  if (a.residue && a.residue->emptied) {
    text += fmt::format(" The elements came from {}.", place_text(names.site(a.residue->contents)));
  }
  if (a.freed_by.empty()) return text;
  const FreedBy& way = a.freed_by.front();
  const bool only = way.share > 0.995;
  text += fmt::format(" {} freed by {}.", only ? "Others are" : "Of the others " + share_text(way.share) + " are",
                      place_text(names.site(way.stack)));
  return text;
}

std::string source_text(const NamedFrame& frame) {
  if (frame.file.empty()) return frame.module;
  const std::string name = frame.file.substr(frame.file.rfind('/') + 1);
  return frame.line == 0 ? name : fmt::format("{}:{}", name, frame.line);
}

std::string function_text(const std::string& function, size_t width) {
  if (shown_width(function) <= width) return function;
  const std::string name = without_parameters(function);
  return shortened(name.size() < function.size() ? name + "(…)" : function, width);
}

std::string place_text(const NamedFrame& frame, size_t width) {
  const std::string source = source_text(frame);
  if (source.empty() || !frame.named)
    return function_text(frame.function, width);  // an unnamed one says its module already
  const std::string where = (frame.file.empty() ? " in " : " at ") + source;
  const size_t room = width - std::min(width, shown_width(where));
  return function_text(frame.function, std::max<size_t>(room, 12)) + where;
}

std::string place_text(const NamedFrame& frame) { return place_text(frame, std::string::npos); }

}  // namespace lw
