// SPDX-License-Identifier: Apache-2.0
// Looks at live files, one after the other: a series that grows while a process runs, and that `watch` judges as
// `report` judges snapshots. The targets are read only, and never told.
//
// A live file is kept open from the first look on. So the last state of a process can still be read when its end has
// removed the file, or the container that it was in.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "analyzer/base/descriptor.h"
#include "analyzer/commands/live_file.h"
#include "analyzer/commands/open_paths.h"
#include "analyzer/model/load_profile.h"

namespace lw {

class LiveSeries {
 public:
  // `target`: a PID, or a folder in which processes may come and go. What is on disk of them is read at once; what is
  // wrong with it goes to `complaints`.
  LiveSeries(std::string target, std::vector<std::string>& complaints);

  // Why there is nothing to watch: a sentence, or empty.
  const std::string& why_not() const { return why_not_; }

  // Looks at all of them once more. Of each process so many profiles stay in memory, evenly spread over its life, among
  // them the last ones before the moments of `kept_unix_ns`; of ended processes the last hundred.
  Opened look(std::span<const u64> kept_unix_ns);

  u64 pid() const { return pid_; }  // 0 for a folder
  // The process has ended and was looked at for the last time. A folder is never over.
  bool over() const { return over_; }

 private:
  struct Source {
    LiveFile file;
    u64 pid;  // here, which in a container may be another number
    Descriptor open;
    std::pair<u64, u64> identity;  // device and inode
    bool over = false;
    u32 silent_looks = 0;  // since it stopped to write, though it runs
  };

  bool add_source(const LiveFile& file, u64 pid);
  bool is_known(const std::string& path) const;
  bool none_goes_on() const;
  void find_image(std::vector<std::string>& complaints);
  void find_in_folder(std::vector<std::string>& complaints);
  void look_at(Source& source, std::vector<std::string>& complaints);
  void forget_the_long_ended(std::vector<Process>& processes);

  std::string target_, why_not_;
  u64 pid_ = 0, start_ticks_ = 0;
  bool over_ = false;
  u32 looks_without_image_ = 0;
  std::vector<Source> sources_;
  std::set<std::string> read_;  // files of the folder
  u64 looked_unix_s_ = 0;
  ProfileLoader loader_;
};

}  // namespace lw
