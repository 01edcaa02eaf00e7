// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/live_targets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "analyzer/base/proc.h"
#include "analyzer/commands/open_paths.h"
#include "snapshot/reader.h"

namespace lw {

// Keeps a removed file readable.
class LiveTargets::OpenFile {
 public:
  explicit OpenFile(const std::string& path) : number_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)) {}
  ~OpenFile() {
    if (number_ >= 0) close(number_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  bool good() const { return number_ >= 0; }
  std::string path() const { return fmt::format("/proc/self/fd/{}", number_); }

 private:
  int number_;
};

namespace {

DumpReason how_it_ended(LiveStage stage) {
  if (stage == LiveStage::kExited) return DumpReason::kExit;
  return stage == LiveStage::kExeced ? DumpReason::kExec : DumpReason::kKilled;
}

}  // namespace

std::string LiveTargets::see() {
  if (is_pid(word_)) {
    add_process(std::stoull(word_));
  } else {
    add_from_folder();
  }
  for (Target& target : targets_) {
    if (target.file) look_at(target);
  }
  std::erase_if(targets_, [](const Target& target) { return !target.last; });
  return targets_.empty() ? why_none_ : "";
}

bool LiveTargets::is_known(const LiveFile& live) const {
  return std::any_of(targets_.begin(), targets_.end(), [&](const Target& target) {
    return target.live.path == live.path && target.live.start_ticks == live.start_ticks;
  });
}

void LiveTargets::add(LiveFile live, u64 pid) {
  if (is_known(live)) return;
  auto file = std::make_shared<OpenFile>(live.path);
  if (!file->good()) return;  // it ended a moment ago
  targets_.push_back({std::move(live), pid, std::move(file), nullptr});
}

// After an exec the same process has another live file; another process of the same number is not meant.
void LiveTargets::add_process(u64 pid) {
  if (!targets_.empty() && targets_.back().file) return;
  FoundLiveFile found = find_live_file(pid);
  if (!found.file) {
    why_none_ = found.why_not;
  } else if (targets_.empty() || targets_.back().live.start_ticks == found.file->start_ticks) {
    add(std::move(*found.file), pid);
  }
}

void LiveTargets::add_from_folder() {
  constexpr u64 kNoSnapshots = ~u64{0};
  std::vector<LiveFile> found;
  for (const std::string& path : files_changed_since(word_, kNoSnapshots)) {
    if (std::optional<LiveFile> live = look_at_live_file(path)) found.push_back(std::move(*live));
  }
  std::sort(found.begin(), found.end(),
            [](const LiveFile& a, const LiveFile& b) { return a.start_ticks > b.start_ticks; });
  for (LiveFile& live : found) {
    if (is_known(live)) continue;
    if (targets_.size() >= kMost && least_wanted()->file && least_wanted()->live.start_ticks >= live.start_ticks) break;
    if (!live.is_running()) continue;
    const u64 pid = live.pid;
    add(std::move(live), pid);
    if (targets_.size() > kMost) targets_.erase(least_wanted());
  }
  why_none_ = fmt::format(
      "{}: no process runs that is watched there; serve wants the PID of one, or a folder that "
      "holds live files (*.live) or gets snapshots",
      word_);
}

// One that has ended, if there is one; else the one that began first.
std::vector<LiveTargets::Target>::iterator LiveTargets::least_wanted() {
  return std::min_element(targets_.begin(), targets_.end(), [](const Target& a, const Target& b) {
    const bool a_runs = a.file != nullptr, b_runs = b.file != nullptr;
    return a_runs != b_runs ? b_runs : a.live.start_ticks < b.live.start_ticks;
  });
}

bool LiveTargets::has_ended(Target& target) {
  if (const auto now = look_at_live_file(target.file->path())) target.live.stage = now->stage;
  return target.live.stage == LiveStage::kExeced || !still_runs(target.pid, target.live.start_ticks);
}

// Keeps the state that the process is in.
void LiveTargets::look_at(Target& target) {
  const bool ended = has_ended(target);
  SnapshotBytes now = snapshot_bytes(target.file->path(), ended ? how_it_ended(target.live.stage) : DumpReason::kPeek);
  if (now.errors.empty()) target.last = std::make_shared<const std::vector<u8>>(std::move(now.bytes));
  if (ended) target.file.reset();
}

void LiveTargets::keep_ends() {
  for (Target& target : targets_) {
    if (target.file && has_ended(target)) look_at(target);
  }
}

std::vector<LiveTargets::Known> LiveTargets::known() const {
  std::vector<Known> known;
  for (const Target& target : targets_) known.push_back({target.live.pid, target.live.name, target.file != nullptr});
  return known;
}

std::vector<Moment> LiveTargets::moments(std::optional<u64> pid) {
  std::vector<Moment> moments;
  for (const Target& target : targets_) {
    if (pid && target.live.pid != *pid) continue;
    moments.push_back({target.live.pid, target.live.name, target.last});
  }
  return moments;
}

Observation LiveTargets::observation(const std::vector<Moment>& moments, std::vector<std::string>& complaints) {
  std::vector<std::string> files;
  for (const Target& target : targets_) {
    const std::vector<std::string> written = snapshots_of(target.live);
    files.insert(files.end(), written.begin(), written.end());
  }
  if (files != written_files_) {
    written_ = ProfileLoader();
    for (const std::string& file : files) written_.load(file, DumpReason::kKilled, complaints);
    written_files_ = files;
  }
  ProfileLoader loader = written_;
  for (const Moment& moment : moments) loader.load(*moment.snapshot, moment.name, complaints);
  Observation observation = loader.finish();
  // Snapshots of those that were not asked for, and of earlier processes of the same number.
  std::erase_if(observation.processes, [&](const Process& process) {
    return std::none_of(targets_.begin(), targets_.end(), [&](const Target& target) {
      const bool asked = std::any_of(moments.begin(), moments.end(),
                                     [&](const Moment& moment) { return moment.snapshot == target.last; });
      return asked && process.pid == target.live.pid && process.start_ticks == target.live.start_ticks;
    });
  });
  return observation;
}

Observation LiveTargets::observation_of(const std::vector<std::vector<Moment>>& moments,
                                        std::vector<std::string>& complaints) {
  ProfileLoader loader;
  for (const std::vector<Moment>& at_once : moments) {
    for (const Moment& moment : at_once) loader.load(*moment.snapshot, moment.name, complaints);
  }
  return loader.finish();
}

}  // namespace lw
