// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/residue.h"

#include <algorithm>

#include "analyzer/model/container.h"

namespace lw {
namespace {

// Room below this, or below this share of all that is alive, is not worth anybody's time. What was never touched costs
// addresses and no memory: it has to be more.
constexpr f64 kLeastEmptied = 4 << 20, kLeastUntouched = 32 << 20;
constexpr f64 kLeastShare = 0.1;
constexpr f64 kMostTouched = 0.25;  // of a reserve that was not needed
// What has been so for less than this, or for less than this share of the time, may be needed soon.
constexpr f64 kSettled_s = 10, kSettledShare = 0.25;
// Elements that have gone: of their highest level so much is left, and it was a level beside their room: no less than
// eight bytes of elements for each byte of a table of pointers, at most 256 bytes of room for an element.
constexpr f64 kMostLeft = 0.2;
constexpr f64 kMostRoomForElement = 256, kLeastRoomForElement = 4;
constexpr f64 kSureOfPages = 0.97;

f64 settled_s(f64 now_s) { return std::max(kSettled_s, kSettledShare * now_s); }

// A program that tears everything down at its end empties all at once: what counts is the state before.
const LiveSet& judged_state(const Process& process) {
  return process.before_exit ? *process.before_exit : process.live;
}

f64 live_bytes_of(const LiveSet& live) {
  f64 sum = 0;
  for (const LiveBlock& block : live.blocks) sum += weight_of(block.size, block.interval).bytes;
  return sum;
}

// --- never touched -----------------------------------------------------------------------------------------------

std::optional<ResidueCase> untouched_reserve(const Subject& subject) {
  const f64 now_s = subject.now_s();
  ResidueCase residue{.since_s = now_s};
  for (const u32 series : subject.series) {
    for (u32 i = subject.live->first[series]; i < subject.live->first[series + 1]; ++i) {
      const LiveBlock& block = subject.live->blocks[i];
      const f64 age_s = now_s - block.birth_s, size = static_cast<f64>(block.size);
      if (block.resident == kNotMeasured || age_s < settled_s(now_s)) continue;
      if (block.kind == AllocKind::kMmap) continue;  // who maps memory himself means to fill it as he goes
      if (static_cast<f64>(block.resident) > kMostTouched * size) continue;
      const f64 blocks = weight_of(block.size, block.interval).count;
      residue.capacity_bytes += blocks * size;
      residue.touched_bytes += blocks * static_cast<f64>(block.resident);
      residue.since_s = std::min(residue.since_s, age_s);
    }
  }
  if (residue.capacity_bytes - residue.touched_bytes < kLeastUntouched) return {};
  return residue;
}

// --- emptied -----------------------------------------------------------------------------------------------------

// How a site's level rose and fell.
struct Tide {
  f64 peak_bytes = 0, peak_count = 0, peak_s = 0;
  f64 now_bytes = 0, gone_s = 0;  // since when no more than kMostLeft of the peak is there; never: 0
  bool again = false;             // it rose once more after it had gone
};

Tide tide_of(const std::vector<Level>& levels) {
  Tide tide;
  for (const Level& level : levels) {
    if (level.bytes > tide.peak_bytes) tide = {level.bytes, level.count, level.at_s, 0, 0, tide.again};
  }
  bool gone = false, was_high = false;
  for (const Level& level : levels) {
    const bool high = level.bytes >= tide.peak_bytes / 2, low = level.bytes <= kMostLeft * tide.peak_bytes;
    if (high && gone && was_high) tide.again = true;
    was_high |= high;
    if (low && was_high && !gone) gone = true, tide.gone_s = level.at_s;
    if (high) gone = false;
  }
  tide.now_bytes = levels.back().bytes;
  if (!gone) tide.gone_s = 0;
  return tide;
}

bool has_gone(const Tide& tide, f64 now_s) {
  return tide.gone_s > 0 && !tide.again && now_s - tide.gone_s >= settled_s(now_s);
}

struct Room {
  const Assessment* site;
  ContainerCase container;
};

struct Contents {
  const Assessment* site;
  Tide tide;
};

// The room grew while the elements did, and there was about room for them.
bool fit(const Room& room, const Contents& contents) {
  const f64 for_each = room.container.capacity_bytes / std::max(1.0, contents.tide.peak_count);
  return room.container.last_growth_s <= contents.tide.gone_s && for_each >= kLeastRoomForElement &&
         for_each <= kMostRoomForElement;
}

std::optional<ResidueCase> emptied(const Room& room, std::span<const Contents> all, const Names& names, f64 now_s,
                                   f64& confidence) {
  const Contents* best = nullptr;
  confidence = 0;
  for (const Contents& contents : all) {
    if (contents.site == room.site || !fit(room, contents)) continue;
    const f64 sure = kinship(names[room.site->stack], names[contents.site->stack]);
    const bool larger = best != nullptr && sure == confidence && contents.tide.peak_bytes > best->tide.peak_bytes;
    if (sure > confidence || larger) best = &contents, confidence = sure;
  }
  if (best == nullptr || confidence == 0) return {};
  return ResidueCase{.emptied = true,
                     .capacity_bytes = room.container.capacity_bytes,
                     .touched_bytes = room.container.capacity_bytes * room.container.touched_share.value_or(1),
                     .kind = room.container.kind,
                     .contents = best->site->stack,
                     .contents_peak_bytes = best->tide.peak_bytes,
                     .contents_bytes = best->tide.now_bytes,
                     .since_s = now_s - best->tide.gone_s};
}

Subject subject_of(const Process& process, const Assessment& site) {
  return {&process, &judged_state(process), site.series};
}

Assessment finding_of(const Assessment& site, const ResidueCase& residue, f64 confidence) {
  Assessment finding = site;
  finding.verdict = Verdict::kResidue;
  finding.confidence = confidence;
  finding.residue = residue;
  return finding;
}

}  // namespace

bool may_be_residue(const Process& process, const Assessment& site) {
  if (!judged_state(process).known) return false;
  const Subject subject = subject_of(process, site);
  if (site.live_bytes.value >= kLeastEmptied) return true;
  return has_gone(tide_of(levels_of(subject)), subject.now_s());
}

std::vector<Assessment> residues(const Observation& observation, std::span<const Assessment> sites,
                                 const Names& names) {
  std::vector<Assessment> found;
  if (sites.empty()) return found;
  const Process& process = observation.processes[sites.front().process];
  const LiveSet& live = judged_state(process);
  if (!live.known) return found;
  const f64 now_s = process.profiles[live.profile].taken_s;
  const f64 worth = kLeastShare * live_bytes_of(live);

  std::vector<Room> rooms;
  std::vector<Contents> contents;
  for (const Assessment& site : sites) {
    if (!names.has(site.stack) || site.verdict == Verdict::kGrowing) continue;
    const Subject subject = subject_of(process, site);
    if (const auto residue = untouched_reserve(subject); residue && residue->capacity_bytes >= worth) {
      found.push_back(finding_of(site, *residue, kSureOfPages));
      continue;
    }
    const auto container = container_of(subject, names, site.stack);
    if (container && container->capacity_bytes >= std::max(kLeastEmptied, worth)) rooms.push_back({&site, *container});
    const Tide tide = tide_of(levels_of(subject));
    if (has_gone(tide, now_s)) contents.push_back({&site, tide});
  }
  for (const Room& room : rooms) {
    f64 confidence = 0;
    if (const auto residue = emptied(room, contents, names, now_s, confidence)) {
      found.push_back(finding_of(*room.site, *residue, confidence));
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const Assessment& a, const Assessment& b) {
    return a.residue->capacity_bytes > b.residue->capacity_bytes;
  });
  return found;
}

}  // namespace lw
