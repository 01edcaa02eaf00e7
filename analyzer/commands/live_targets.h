// SPDX-License-Identifier: Apache-2.0
// Processes that are looked at again and again from outside: the one of a PID, or the most recent ones of a folder. A
// look reads the live file and /proc/PID/stat (and /proc/PID/maps, once, to find the file): they are neither told nor
// stopped. The state in which a process ended is kept, also when its live file is removed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/commands/live_file.h"
#include "analyzer/model/load_profile.h"

namespace lw {

// The state of one process at one moment, as the bytes of a snapshot.
struct Moment {
  u64 pid;
  std::string name;
  std::shared_ptr<const std::vector<u8>> snapshot;
};

class LiveTargets {
 public:
  // Of a folder that many at most; new ones take the place of those that ended, or began first.
  static constexpr size_t kMost = 16;

  // `word`: a PID, or a folder with live files or to which processes write snapshots.
  explicit LiveTargets(std::string word) : word_(std::move(word)) {}

  // Sees who is there, and who has ended. A sentence if nobody ever was.
  std::string see();
  // Takes the last state of those that have ended since. Costs next to nothing where nobody has.
  void keep_ends();

  struct Known {
    u64 pid;
    std::string name;
    bool runs;
  };
  std::vector<Known> known() const;

  // As they are now, or were at their end; of one of them if `pid` is given.
  std::vector<Moment> moments(std::optional<u64> pid);

  // What `report PID` would read: the moments, and the snapshots that the processes have written. What could not be
  // read is told in `complaints`.
  Observation observation(const std::vector<Moment>& moments, std::vector<std::string>& complaints);
  // The moments alone.
  static Observation observation_of(const std::vector<std::vector<Moment>>& moments,
                                    std::vector<std::string>& complaints);

 private:
  class OpenFile;
  struct Target {
    LiveFile live;
    u64 pid;                         // by which this machine knows it; live.pid is that of its own namespace
    std::shared_ptr<OpenFile> file;  // nothing: it has ended, and `last` is how
    std::shared_ptr<const std::vector<u8>> last;
  };

  bool is_known(const LiveFile& live) const;
  void add(LiveFile live, u64 pid);
  void add_process(u64 pid);
  void add_from_folder();
  std::vector<Target>::iterator least_wanted();
  static bool has_ended(Target& target);
  static void look_at(Target& target);

  std::string word_, why_none_;
  std::vector<Target> targets_;  // in the order in which they were found
  ProfileLoader written_;        // what they have written, read once
  std::vector<std::string> written_files_;
};

}  // namespace lw
