// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/load_profile.h"

#include <algorithm>

#include "analyzer/model/mapping_search.h"
#include "analyzer/model/thin_profiles.h"
#include "snapshot/hash.h"
#include "snapshot/reader.h"

namespace lw {

namespace {

constexpr f64 kMicrosecond = 1e-6;
constexpr u32 kNoProfile = ~0u;

f64 seconds(u64 nanoseconds) { return static_cast<f64>(nanoseconds) / 1e9; }

bool ends_the_process(DumpReason reason) {
  return reason == DumpReason::kExit || reason == DumpReason::kExec || reason == DumpReason::kKilled;
}

Tally tally_of(const Sums& sums) {
  return {sums.count, sums.bytes, static_cast<f32>(sums.count_variance), static_cast<f32>(sums.bytes_variance),
          static_cast<u32>(sums.samples)};
}

// A live file that nobody maps any more is read long after its end (its pid may live on as another program, after an
// exec): the last sign of life is the end of what was observed.
f64 last_moment(const Snapshot& snapshot) {
  const f64 taken_s = seconds(snapshot.process.taken_ns);
  if (snapshot.header.reason != DumpReason::kKilled) return taken_s;
  f64 last_s = 0;
  for (const MemoryPoint& point : snapshot.memory) last_s = std::max(last_s, seconds(point.time_ns));
  for (const SnapshotSite& site : snapshot.sites) last_s = std::max(last_s, seconds(site.last_ns));
  for (const SnapshotLive& block : snapshot.live) {
    last_s = std::max(last_s, static_cast<f64>(block.birth_us) * kMicrosecond);
  }
  return std::min(taken_s, last_s);
}

// What the process itself found has been weighed there: registers that it could not see are subtracted.
LiveReach reach_of(const ReachScan& scan) {
  LiveReach reach;
  reach.looked = (scan.flags & kReachCutShort) == 0;
  if (!reach.looked) reach.unfinished = scan.flags;
  reach.still = reach.looked && (scan.flags & kReachBesideThreads) == 0;
  reach.looks = !reach.looked ? 0 : reach.still ? 1 : kLeastLooksBesideThreads;
  return reach;
}

LiveSet live_set_of(const Snapshot& snapshot, const std::vector<u32>& series_of_site, size_t series_count) {
  LiveSet set;
  set.known = true;
  if (snapshot.reach) set.reach = reach_of(*snapshot.reach);
  set.deaths.resize(series_count);
  for (size_t i = 0; i < snapshot.sites.size(); ++i) {
    Deaths& deaths = set.deaths[series_of_site[i]];
    for (const auto& [bin, count] : snapshot.sites[i].lifetimes) {
      deaths[std::min(bin, kLifetimeBins - 1)] += static_cast<f32>(count);
    }
  }
  set.blocks.reserve(snapshot.live.size());
  for (const SnapshotLive& block : snapshot.live) {
    set.blocks.push_back({static_cast<f64>(block.birth_us) * kMicrosecond, block.address, block.size, block.interval,
                          series_of_site[block.site], static_cast<u32>(block.thread), static_cast<u32>(block.reallocs),
                          0, block.resident.value_or(kNotMeasured), block.kind, block.flags, block.reach});
  }
  std::sort(set.blocks.begin(), set.blocks.end(), [](const LiveBlock& a, const LiveBlock& b) {
    return a.series != b.series ? a.series < b.series : a.birth_s < b.birth_s;
  });
  return set;
}

// By the libraries that are loaded: each of them takes malloc's place when it is.
AllocatorName allocator_of(const Snapshot& snapshot) {
  for (const SnapshotMapping& mapping : snapshot.mappings) {
    const std::string file = mapping.path.substr(mapping.path.rfind('/') + 1);
    if (file.starts_with("libjemalloc")) return AllocatorName::kJemalloc;
    if (file.starts_with("libtcmalloc")) return AllocatorName::kTcmalloc;
    if (file.starts_with("libmimalloc")) return AllocatorName::kMimalloc;
  }
  return AllocatorName::kGlibc;
}

void take_identity(const Snapshot& snapshot, Process& process) {
  const SnapshotProcess& from = snapshot.process;
  process.pid = from.pid;
  process.parent_pid = from.parent_pid;
  process.start_ticks = from.start_ticks;
  process.start_unix_ns = from.start_unix_ns;
  process.requested_interval = from.requested_interval;
  process.name = from.name;
  process.host = from.host;
  process.executable = from.executable;
  process.leakwatch_version = from.leakwatch_version;
  process.boot_id = from.boot_id;
  process.page_bytes = from.page_bytes;
  process.memory_total = from.memory_total;
  process.pid_namespace = from.pid_namespace;
  process.command = from.command;
}

// Two sites may be one series, and two stacks the same code.
std::vector<Release> releases_of(const Snapshot& snapshot, const std::vector<u32>& series_of_site,
                                 const std::vector<StackNumber>& stacks) {
  std::map<std::pair<u32, StackNumber>, Release> merged;
  for (const SnapshotRelease& from : snapshot.releases) {
    const u32 series = series_of_site[from.site];
    const StackNumber stack = stacks[from.stack];
    Release& release = merged.try_emplace({series, stack}, Release{series, stack, 0, 0, 0, 0}).first->second;
    release.last_s = std::max(release.last_s, seconds(from.last_ns));
    release.samples += from.samples;
    release.count += from.count;
    release.bytes += from.bytes;
  }
  std::vector<Release> releases;
  for (const auto& [pair, release] : merged) releases.push_back(release);
  std::stable_sort(releases.begin(), releases.end(), [](const Release& a, const Release& b) {
    return a.series != b.series ? a.series < b.series : a.count > b.count;
  });
  return releases;
}

std::vector<Thread> threads_of(const Snapshot& snapshot, const std::vector<StackNumber>& stacks) {
  std::vector<Thread> threads;
  for (const SnapshotThread& from : snapshot.threads) {
    Thread thread{.tid = from.tid,
                  .name = from.name,
                  .start_s = seconds(from.start_ns),
                  .end_s = {},
                  .allocations = from.allocations,
                  .frees = from.frees,
                  .allocated_bytes = from.allocated_bytes,
                  .parent = static_cast<u32>(from.parent),
                  .made_by = {},
                  .stack_bytes = from.stack_bytes};
    if (from.end_ns != 0) thread.end_s = seconds(from.end_ns);
    if (from.made_by) thread.made_by = stacks[*from.made_by];
    threads.push_back(std::move(thread));
  }
  return threads;
}

bool counts_work(const std::vector<MemoryPoint>& memory) { return !memory.empty() && memory.back().work > 0; }

// What the program itself counts; if it does not, the exact calls: what a program does, it allocates for.
std::vector<WorkPoint> work_in(const std::vector<MemoryPoint>& memory) {
  const bool counted = counts_work(memory);
  std::vector<WorkPoint> work;
  for (const MemoryPoint& point : memory) {
    const f64 at_s = seconds(point.time_ns);
    if (work.empty() || at_s > work.back().at_s)
      work.push_back({at_s, static_cast<f64>(counted ? point.work : point.allocations)});
  }
  return work;
}

void take_newest_facts(const Snapshot& snapshot, Process& process) {
  process.flags = snapshot.process.flags;
  process.address_space_limit = snapshot.process.address_space_limit;
  process.reach = snapshot.reach;
  process.memory = snapshot.memory;
  process.work = work_in(snapshot.memory);
  process.counts_work = counts_work(snapshot.memory);
  process.allocator = allocator_of(snapshot);
  process.receipt = snapshot.receipt;
  process.drops.clear();
  for (const SnapshotDrop& drop : snapshot.drops) process.drops.push_back({drop.reason, drop.count, drop.bytes});
}

// A profile at which nothing had changed since the one before has no point. Room grows by a quarter: much of twice as
// much would end unused.
void add_point(Series& series, const SeriesPoint& point, bool newest, bool oldest) {
  const bool unchanged = !series.points.empty() && series.points.back().allocated == point.allocated &&
                         series.points.back().freed == point.freed;
  if (unchanged && oldest) {
    series.points.back().profile = point.profile;  // what was seen later had been reached here already
  } else if (!unchanged || !newest) {
    if (series.points.size() == series.points.capacity()) series.points.reserve(4 + series.points.size() * 5 / 4);
    series.points.push_back(point);
  }
}

// Another number for other objects.
u64 objects_in(const Snapshot& snapshot) {
  std::vector<u64> objects;
  objects.reserve(snapshot.mappings.size() * 3);
  for (const SnapshotMapping& mapping : snapshot.mappings) {
    objects.insert(objects.end(), {mapping.start, mapping.loaded_epoch, mapping.unloaded_epoch});
  }
  return hash64(objects.data(), objects.size() * sizeof(u64), 0);
}

}  // namespace

void ProfileLoader::load(const std::string& path, DumpReason live_reason, std::vector<std::string>& complaints) {
  add_loaded([&](const LeaveOut& leave_out) { return load_snapshot_file(path, live_reason, leave_out); }, complaints);
}

void ProfileLoader::load(std::span<const u8> bytes, const std::string& name, std::vector<std::string>& complaints) {
  add_loaded([&](const LeaveOut& leave_out) { return read_snapshot(bytes, name, leave_out); }, complaints);
}

void ProfileLoader::add_loaded(const std::function<LoadedSnapshot(const LeaveOut&)>& read,
                               std::vector<std::string>& complaints) {
  LoadedSnapshot loaded = read([this](const Snapshot& so_far, SectionType type, const SectionHeader& header) {
    return is_known(so_far, type, header);
  });
  if (!loaded.errors.empty()) loaded = read({});  // of a damaged file, everything that can be read
  for (const LoadError& error : loaded.errors) complaints.push_back(error.sentence());
  if (loaded.snapshot) add(*loaded.snapshot, loaded.errors.empty() || !loaded.snapshot->live.empty());
}

// Stacks that were the same in the snapshot before, and live blocks when newer ones are known.
bool ProfileLoader::is_known(const Snapshot& snapshot, SectionType type, const SectionHeader& header) const {
  if (type != SectionType::kStacks && type != SectionType::kLive) return false;
  const auto found = numbers_.find(identity_of(snapshot));
  if (found == numbers_.end()) return false;
  const Draft& draft = drafts_[found->second];
  if (type == SectionType::kStacks) {
    const bool same_names = draft.nameless.empty() || draft.objects == objects_in(snapshot);
    return !snapshot.mappings.empty() && draft.stacks_checksum == header.checksum && same_names;
  }
  const DumpReason reason = snapshot.header.reason;
  if (reason == DumpReason::kKilled) return false;  // its last moment stands among the blocks
  return seconds(snapshot.process.taken_ns) <= (ends_the_process(reason) ? draft.ending_s : draft.running_s);
}

ProfileLoader::Identity ProfileLoader::identity_of(const Snapshot& snapshot) {
  const SnapshotProcess& process = snapshot.process;
  return {process.host,        process.boot_id,       process.pid_namespace, process.pid,
          process.start_ticks, process.start_unix_ns, process.executable};
}

ProfileLoader::Draft& ProfileLoader::draft_of(const Snapshot& snapshot) {
  const SnapshotProcess& process = snapshot.process;
  const auto [place, fresh] = numbers_.try_emplace(identity_of(snapshot), drafts_.size());
  if (fresh) {
    if (!drafts_.empty()) drafts_.back().rest();  // processes are mostly read one after the other
    take_identity(snapshot, drafts_.emplace_back().process);
    for (const SnapshotMapping& mapping : snapshot.mappings) {
      if (mapping.path != process.executable) continue;
      code_.started_as(code_.module(mapping.path, mapping.build_id), process.name);
    }
  }
  return drafts_[place->second];
}

void ProfileLoader::Draft::rename_series(StackNumber from, StackNumber to) {
  know_series();
  const auto found = series_of_stack.find(static_cast<u32>(from));
  if (found == series_of_stack.end() || series_of_stack.count(static_cast<u32>(to)) != 0) return;
  process.series[found->second].stack = to;
  series_of_stack.emplace(static_cast<u32>(to), found->second);
  series_of_stack.erase(static_cast<u32>(from));
}

StackNumber ProfileLoader::intern_stack(const SnapshotStack& stack, MappingSearch& search, bool* nameless) {
  *nameless = false;
  std::vector<FrameNumber> frames;
  frames.reserve(stack.frames.size());
  for (const u64 return_address : stack.frames) {
    const u64 address = return_address - 1;  // the call, not what follows it: that may be another line or function
    const int number = search.find(address, stack.epoch);
    *nameless |= number < 0;
    frames.push_back(code_.frame(number < 0 ? Frame{kNoModule, address} : search.frame(number, address, code_)));
  }
  return code_.stack(frames, stack.flags);
}

const std::vector<StackNumber>& ProfileLoader::intern_stacks(const Snapshot& snapshot, Draft& draft) {
  if (snapshot.stacks_left_out) return draft.stacks;
  MappingSearch search(snapshot.mappings);
  const bool damaged = snapshot.mappings.empty();  // then its stacks mean nothing to the other snapshots
  draft.stacks.clear();
  draft.stacks_checksum = damaged ? 0 : snapshot.stacks_checksum;
  std::unordered_map<u64, StackNumber> doubtful;
  if (const u64 objects = objects_in(snapshot); objects != draft.objects) {
    doubtful.swap(draft.nameless);
    for (const auto& [identity, number] : doubtful) draft.known_stacks.erase(identity);
    draft.objects = objects;
  }
  for (const SnapshotStack& stack : snapshot.stacks) {
    bool nameless;
    if (damaged) {
      draft.stacks.push_back(intern_stack(stack, search, &nameless));
      continue;
    }
    const u64 identity =
        hash64(stack.frames.data(), stack.frames.size() * sizeof(u64), stack.epoch ^ stack.flags << 48);
    const auto [place, fresh] = draft.known_stacks.try_emplace(identity);
    if (fresh) {
      place->second = intern_stack(stack, search, &nameless);
      if (nameless) draft.nameless.emplace(identity, place->second);
      if (const auto before = doubtful.find(identity); before != doubtful.end() && before->second != place->second) {
        draft.rename_series(before->second, place->second);
      }
    }
    draft.stacks.push_back(place->second);
  }
  return draft.stacks;
}

// Adds a point to every series that moved, and says which series each site of the snapshot belongs to. Two sites may
// be one series: the same code, seen before and after its object was loaded anew.
std::vector<u32> ProfileLoader::fold_sites(const Snapshot& snapshot, const std::vector<StackNumber>& stacks,
                                           Draft& draft) {
  Process& process = draft.process;
  const u32 profile = static_cast<u32>(process.profiles.size()) - 1;
  draft.know_series();
  std::vector<u32> series_of_site;
  std::vector<SeriesPoint> points(process.series.size(), SeriesPoint{{}, {}, kNoProfile});
  for (const SnapshotSite& site : snapshot.sites) {
    const StackNumber stack = stacks[site.stack];
    const u32 next = static_cast<u32>(process.series.size());
    const auto [place, fresh] = draft.series_of_stack.try_emplace(static_cast<u32>(stack), next);
    if (fresh) {
      process.series.push_back({.stack = stack, .first_s = seconds(site.first_ns), .points = {}});
      points.push_back({{}, {}, kNoProfile});
    }
    series_of_site.push_back(place->second);

    Series& series = process.series[place->second];
    series.first_s = std::min(series.first_s, seconds(site.first_ns));
    series.last_s = std::max(series.last_s, seconds(site.last_ns));
    if (site.mismatches > series.mismatches) {
      series.mismatches = site.mismatches;
      series.mismatch_kinds = site.mismatch_kinds;
    }
    SeriesPoint& point = points[place->second];
    point.profile = profile;
    point.allocated += tally_of(site.allocations);
    point.freed += tally_of(site.frees);
  }
  const f64 taken_s = process.profiles[profile].taken_s;
  for (u32 number = 0; number < points.size(); ++number) {
    if (points[number].profile == profile) {
      add_point(process.series[number], points[number], taken_s >= draft.newest_s, taken_s < draft.oldest_s);
    }
  }
  return series_of_site;
}

void ProfileLoader::add(const Snapshot& snapshot, bool live_is_known) {
  Draft& draft = draft_of(snapshot);
  Process& process = draft.process;
  const f64 taken_s = last_moment(snapshot);
  for (const Profile& known : process.profiles) {  // the same file, given twice
    if (known.taken_s == taken_s && known.sequence == snapshot.header.sequence) return;
  }
  process.profiles.push_back({taken_s, snapshot.header.taken_unix_ns, snapshot.header.sequence, snapshot.header.reason,
                              snapshot.process.interval});

  const std::vector<StackNumber>& stacks = intern_stacks(snapshot, draft);
  const std::vector<u32> series_of_site = fold_sites(snapshot, stacks, draft);
  draft.oldest_s = std::min(draft.oldest_s, taken_s);
  const bool ending = ends_the_process(snapshot.header.reason);
  f64& newest_of_kind_s = ending ? draft.ending_s : draft.running_s;
  if (live_is_known && taken_s > newest_of_kind_s) {
    newest_of_kind_s = taken_s;
    LiveSet& set = ending ? draft.ending : draft.running;
    set = live_set_of(snapshot, series_of_site, process.series.size());
    set.profile = static_cast<u32>(process.profiles.size()) - 1;
  }
  if (taken_s > draft.newest_s) {
    draft.newest_s = taken_s;
    take_newest_facts(snapshot, process);
    process.releases = releases_of(snapshot, series_of_site, stacks);
    process.threads = threads_of(snapshot, stacks);
  }
}

Observation ProfileLoader::finish() {
  Observation observation;
  for (Draft& draft : drafts_) {
    Process& process = draft.process;
    order_by_time(process, draft.running, draft.ending);
    index_blocks(draft.running, process.series.size());
    index_blocks(draft.ending, process.series.size());

    for (const Profile& profile : process.profiles) {
      if (profile.reason == DumpReason::kExit || profile.reason == DumpReason::kExec) process.ended = Ended::kExit;
      if (profile.reason == DumpReason::kKilled && process.ended == Ended::kRunning) process.ended = Ended::kKilled;
    }
    const bool end_is_newest = draft.ending_s >= draft.running_s;
    process.live = std::move(end_is_newest ? draft.ending : draft.running);
    if (end_is_newest && process.ended == Ended::kExit && draft.running_s >= 0) {
      process.before_exit = std::move(draft.running);
    }
    observation.processes.push_back(std::move(process));
  }
  observation.code = std::move(code_);
  *this = ProfileLoader();
  return observation;
}

}  // namespace lw
