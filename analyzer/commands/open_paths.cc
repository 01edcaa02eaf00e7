// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/open_paths.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "analyzer/base/proc.h"
#include "analyzer/base/progress.h"
#include "analyzer/base/sentences.h"
#include "analyzer/model/load_profile.h"
#include "snapshot/reader_merged.h"

namespace lw {
namespace {

namespace fs = std::filesystem;

// Numbers in names in the order of their values, so that snapshot 10 comes after snapshot 9 and each process's files
// are read in the order of time.
struct NaturalOrder {
  bool operator()(const std::string& a, const std::string& b) const { return strverscmp(a.c_str(), b.c_str()) < 0; }
};
using Files = std::set<std::string, NaturalOrder>;

bool is_ours(const fs::path& path) { return path.extension() == ".lws" || path.extension() == ".live"; }

void load_members(const std::string& file, ProfileLoader& loader, std::vector<std::string>& complaints) {
  const std::vector<LoadError> errors = for_each_member(file, [&](std::span<const u8> member, u64 number, u64) {
    loader.load(member, fmt::format("{}, snapshot {}", file, number), complaints);
  });
  for (const LoadError& error : errors) complaints.push_back(error.sentence());
}

void load_file(const std::string& file, ProfileLoader& loader, std::vector<std::string>& complaints) {
  if (is_merged_file(file)) return load_members(file, loader, complaints);
  const std::optional<LiveFile> live = look_at_live_file(file);
  const bool running = live && live->is_running();
  loader.load(file, running ? DumpReason::kPeek : DumpReason::kKilled, complaints);
}

class Opener {
 public:
  void open(const std::string& word) {
    std::error_code error;
    if (is_pid(word)) {
      open_process(std::stoull(word));
    } else if (fs::is_directory(word, error)) {
      open_folder(word);
    } else if (is_gone(word)) {
      opened_.complaints.push_back(fmt::format("{}: cannot be opened: {}", word, std::strerror(ENOENT)));
    } else {
      files_.insert(word);
    }
  }

  void add(const std::vector<std::string>& found) { files_.insert(found.begin(), found.end()); }

  std::vector<std::string> files(std::vector<std::string>& complaints) const {
    complaints.insert(complaints.end(), opened_.complaints.begin(), opened_.complaints.end());
    return {files_.begin(), files_.end()};
  }

  Opened finish() {
    ProfileLoader loader;
    load_files({files_.begin(), files_.end()}, loader, opened_.complaints);
    opened_.observation = loader.finish();
    if (!files_.empty() && std::all_of(files_.begin(), files_.end(), is_gone)) {
      opened_.complaints.push_back(fmt::format("{}: was removed before it could be read; try again", *files_.begin()));
    }
    std::reverse(opened_.observation.processes.begin(), opened_.observation.processes.end());
    drop_former_owners_of_pids();
    see_who_was_killed(opened_.observation);
    return std::move(opened_);
  }

 private:
  void open_process(u64 pid) {
    const FoundLiveFile found = find_live_file(pid);
    if (!found.file) {
      opened_.complaints.push_back(found.why_not);
      return;
    }
    files_.insert(found.file->path);
    add(snapshots_of(*found.file));
    start_ticks_asked_for_.insert(found.file->start_ticks);
  }

  void open_folder(const std::string& folder) {
    std::error_code error;
    const fs::directory_iterator can_be_read(folder, error);
    const std::vector<std::string> found = files_changed_since(folder, 0);
    add(found);
    if (error) {
      opened_.complaints.push_back(fmt::format("{}: cannot be opened: {}", folder, error.message()));
    } else if (found.empty()) {
      opened_.complaints.push_back(
          fmt::format("{}: there are no snapshots (*.lws) or live files (*.live) in it", folder));
    }
    asked_for_files_ = true;
  }

  // Asked for a PID alone, files of an earlier process of the same number are not meant.
  void drop_former_owners_of_pids() {
    if (start_ticks_asked_for_.empty() || asked_for_files_) return;
    std::erase_if(opened_.observation.processes,
                  [&](const Process& process) { return start_ticks_asked_for_.count(process.start_ticks) == 0; });
  }

  Files files_;
  std::set<u64> start_ticks_asked_for_;
  bool asked_for_files_ = false;
  Opened opened_;
};

}  // namespace

bool is_pid(const std::string& word) {
  return !word.empty() && word.size() <= 10 && word.find_first_not_of("0123456789") == std::string::npos &&
         !fs::exists(word);
}

bool is_gone(const std::string& file) {
  struct stat status {};
  return stat(file.c_str(), &status) != 0 && errno == ENOENT;
}

// leakwatch.NAME.PID.SEQ.lws, PID perhaps with a further part.
std::vector<std::string> snapshots_of(const LiveFile& live) {
  std::error_code error;
  Files files;
  const std::string prefix = fmt::format("leakwatch.{}.{}", live.name, live.pid);
  for (const fs::directory_entry& entry : fs::directory_iterator(live.directory, error)) {
    const std::string name = entry.path().filename().string();
    const bool fits = name.starts_with(prefix) && name.size() > prefix.size() && std::strchr(".-", name[prefix.size()]);
    if (fits && entry.path().extension() == ".lws") files.insert(entry.path().string());
  }
  return {files.begin(), files.end()};
}

std::vector<std::string> files_changed_since(const std::string& folder, u64 unix_s) {
  std::error_code error;
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    struct stat status {};
    if (!is_ours(entry.path()) || stat(entry.path().c_str(), &status) != 0) continue;
    // A live file that is written through its mapping does not always look changed. And the kernel's clock for files
    // is up to a tick behind the one that everybody reads: what was written in this second may bear the one before.
    const bool live = entry.path().extension() == ".live";
    if (live || static_cast<u64>(status.st_mtime) + 1 >= unix_s) files.push_back(entry.path().string());
  }
  for (const LiveFile& live : live_files_writing_to(folder)) {
    std::error_code ignored;
    const bool listed = fs::equivalent(fs::path(live.path).parent_path(), folder, ignored);
    if (!listed) files.push_back(live.path);
  }
  return files;
}

std::vector<std::string> files_behind(const std::vector<std::string>& paths, std::vector<std::string>& complaints) {
  Opener opener;
  for (const std::string& path : paths) opener.open(path);
  return opener.files(complaints);
}

Opened open_paths(const std::vector<std::string>& paths) {
  Opener opener;
  for (const std::string& path : paths) opener.open(path);
  return opener.finish();
}

Opened open_found(const std::vector<std::string>& files) {
  Opener opener;
  opener.add(files);
  return opener.finish();
}

namespace {

// Ten thousand snapshots of very many sites would need gigabytes; long before, the course of a process is known well
// enough from a part of them.
class Bounds {
 public:
  void hold(ProfileLoader& loader) {
    if (++files_ % kFilesBetween != 0 || loader.points() <= kMostPoints) return;
    if (most_ > kLeastProfiles) most_ /= 2;
    loader.thin(most_, {});
  }

  void finish(ProfileLoader& loader) const {
    if (most_ == kAll) return;
    loader.thin(most_, {});
    complain(
        fmt::format("so many snapshots of so many sites: {} of each process were kept, spread over its life", most_));
  }

 private:
  static constexpr size_t kMostPoints = 5'000'000, kFilesBetween = 32, kAll = 128, kLeastProfiles = 16;
  size_t files_ = 0, most_ = kAll;
};

}  // namespace

void load_files(const std::vector<std::string>& files, ProfileLoader& loader, std::vector<std::string>& complaints) {
  Progress progress("reading files", files.size());
  Bounds bounds;
  std::vector<std::vector<std::string>> said;
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    progress.step();
    bounds.hold(loader);
    std::vector<std::string>& sentences = said.emplace_back();
    load_file(*file, loader, sentences);
    if (!sentences.empty() && is_gone(*file)) sentences.clear();
  }
  bounds.finish(loader);
  for (auto one = said.rbegin(); one != said.rend(); ++one)
    complaints.insert(complaints.end(), one->begin(), one->end());
}

void see_who_was_killed(Observation& observation) {
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  for (Process& process : observation.processes) {
    const bool gone = process.host == host && start_ticks_of(process.pid) != process.start_ticks;
    const bool watched_to_the_end = process.newest().reason != DumpReason::kSealed;
    if (process.ended == Ended::kRunning && gone && watched_to_the_end) process.ended = Ended::kKilled;
  }
}

}  // namespace lw
