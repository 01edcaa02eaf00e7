// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/live_series.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

#include "analyzer/base/proc.h"

namespace lw {
namespace {

// As many profiles of a process as a report usually has; what a site costs in memory is a few KiB.
constexpr size_t kMostProfiles = 128;
// Where many short processes come and go, those that ended before so many others are forgotten.
constexpr size_t kMostEnded = 100;
// A process that has said its last word and goes on, or one without a live file after an exec, may be a moment from
// either. After so many looks it is not.
constexpr u32 kPatience = 3;

std::pair<u64, u64> identity_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

u64 unix_now_s() {
  using namespace std::chrono;
  return static_cast<u64>(duration_cast<seconds>(system_clock::now().time_since_epoch()).count());
}

bool is_live_file(const std::string& path) { return path.ends_with(".live"); }

// A live file that nobody can read yet, or that says of no running process that it runs: for a moment every one is so.
bool may_be_in_the_making(const std::string& path, const std::optional<LiveFile>& live) {
  if (!is_live_file(path)) return false;
  if (live) return still_runs(live->pid, live->start_ticks);
  struct stat status {};
  constexpr u64 kMaking_s = 2;
  return stat(path.c_str(), &status) == 0 && static_cast<u64>(status.st_mtime) + kMaking_s >= unix_now_s();
}

// A complaint names the file as people know it.
void rename_in(std::vector<std::string>& complaints, size_t from, const std::string& path, const std::string& name) {
  for (size_t i = from; i < complaints.size(); ++i) {
    if (complaints[i].starts_with(path)) complaints[i].replace(0, path.size(), name);
  }
}

}  // namespace

LiveSeries::LiveSeries(std::string target, std::vector<std::string>& complaints) : target_(std::move(target)) {
  std::error_code error;
  looked_unix_s_ = unix_now_s();
  if (is_pid(target_)) {
    pid_ = std::stoull(target_);
    const FoundLiveFile found = find_live_file(pid_);
    why_not_ = found.why_not;
    if (!found.file) return;
    start_ticks_ = found.file->start_ticks;
    std::vector<std::string> files = files_behind({target_}, complaints);
    std::erase_if(files, is_live_file);
    load_files(files, loader_, complaints);
    add_source(*found.file, pid_);
  } else if (std::filesystem::is_directory(target_, error)) {
    find_in_folder(complaints);
  } else {
    why_not_ = target_ + " is neither the PID of a running process nor a folder";
  }
}

bool LiveSeries::add_source(const LiveFile& file, u64 pid) {
  Descriptor open(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!open || fstat(open.number(), &status) != 0) return false;
  sources_.push_back({file, pid, std::move(open), identity_of(status)});
  return true;
}

bool LiveSeries::is_known(const std::string& path) const {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && std::any_of(sources_.begin(), sources_.end(), [&](const Source& source) {
           return source.identity == identity_of(status);
         });
}

bool LiveSeries::none_goes_on() const {
  return std::all_of(sources_.begin(), sources_.end(), [](const Source& source) { return source.over; });
}

// The live file of the program that the process has become by an exec. The files of the former ones stay open, or the
// new one could take their place in the file system and be mistaken for them.
void LiveSeries::find_image(std::vector<std::string>& complaints) {
  if (over_ || !none_goes_on()) return;
  const FoundLiveFile found = find_live_file(pid_);
  if (found.file && !is_known(found.file->path) && add_source(*found.file, pid_)) {
    looks_without_image_ = 0;
  } else if (++looks_without_image_ == kPatience) {
    complaints.push_back(found.why_not.empty() ? target_ + " is not watched any more" : found.why_not);
    over_ = true;
  }
}

// Processes that have come, and what those that are gone have left.
void LiveSeries::find_in_folder(std::vector<std::string>& complaints) {
  const u64 since_s = read_.empty() ? 0 : looked_unix_s_;
  looked_unix_s_ = unix_now_s();
  std::vector<std::string> files;
  for (const std::string& path : files_changed_since(target_, since_s)) {
    if (read_.count(path) != 0 || is_known(path)) continue;
    const std::optional<LiveFile> live = is_live_file(path) ? look_at_live_file(path) : std::nullopt;
    if (live && live->is_running()) {
      add_source(*live, live->pid);
    } else if (!may_be_in_the_making(path, live)) {
      files.push_back(path);
      read_.insert(path);
    }
  }
  load_files(files, loader_, complaints);
}

void LiveSeries::look_at(Source& source, std::vector<std::string>& complaints) {
  const std::optional<LiveFile> now = look_at_live_file(source.open.path());
  const bool runs = still_runs(source.pid, source.file.start_ticks);
  DumpReason reason = DumpReason::kPeek;
  if (now && now->stage == LiveStage::kExeced) {
    reason = DumpReason::kExec;
  } else if (!runs) {
    reason = now && now->stage == LiveStage::kExited ? DumpReason::kExit : DumpReason::kKilled;
  } else if (now && now->stage == LiveStage::kExited) {
    if (++source.silent_looks < kPatience) return;
    reason = DumpReason::kSealed;  // it has forbidden itself system calls, and ours with them
  }
  source.over = reason != DumpReason::kPeek;
  const size_t before = complaints.size();
  loader_.load(source.open.path(), reason, complaints);
  rename_in(complaints, before, source.open.path(), source.file.path);
}

void LiveSeries::forget_the_long_ended(std::vector<Process>& processes) {
  std::vector<const Process*> ended;
  for (const Process& process : processes) {
    if (process.ended != Ended::kRunning) ended.push_back(&process);
  }
  if (ended.size() <= kMostEnded) return;
  std::stable_sort(ended.begin(), ended.end(), [](const Process* a, const Process* b) {
    return a->newest().taken_unix_ns > b->newest().taken_unix_ns;
  });
  ended.erase(ended.begin(), ended.begin() + kMostEnded);
  loader_.forget(ended);
  const u64 oldest_unix_ns = ended.front()->newest().taken_unix_ns;
  std::erase_if(processes, [&](const Process& process) {
    return process.ended != Ended::kRunning && process.newest().taken_unix_ns <= oldest_unix_ns;
  });
}

Opened LiveSeries::look(std::span<const u64> kept_unix_ns) {
  Opened opened;
  if (pid_ != 0) {
    find_image(opened.complaints);
  } else {
    find_in_folder(opened.complaints);
  }
  for (Source& source : sources_) {
    if (!source.over) look_at(source, opened.complaints);
  }
  if (pid_ == 0) std::erase_if(sources_, [](const Source& source) { return source.over; });
  over_ = over_ || (pid_ != 0 && none_goes_on() && !still_runs(pid_, start_ticks_));
  loader_.thin(kMostProfiles, kept_unix_ns);
  opened.observation = loader_.so_far();
  if (pid_ != 0) {
    std::erase_if(opened.observation.processes,
                  [&](const Process& process) { return process.start_ticks != start_ticks_; });
  }
  see_who_was_killed(opened.observation);
  forget_the_long_ended(opened.observation.processes);
  return opened;
}

}  // namespace lw
