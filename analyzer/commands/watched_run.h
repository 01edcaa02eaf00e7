// SPDX-License-Identifier: Apache-2.0
// A program started watched: what `run` and `selftest` have in common.
#pragma once

#include "analyzer/commands/launch.h"
#include "analyzer/commands/open_paths.h"
#include "analyzer/commands/options.h"

namespace lw {

class WatchedRun {
 public:
  WatchedRun();

  // The options that are handed on to the library, the folder, the allocator and the command itself.
  void add_to(Options& options);

  // For the program beside what was asked for: a library behind leakwatch's, a variable.
  void preload(const std::string& library) { libraries_.push_back(library); }
  void set(const std::string& variable, const std::string& value) { environment_.emplace_back(variable, value); }

  // Runs it to its end. False after a complaint: it cannot be watched, or something of ours is missing.
  bool run();

  const Launch& launch() const { return launch_; }
  const std::string& folder() const { return folder_; }  // where the snapshots are

  // The snapshots of the program and of all that came from it.
  Opened opened() const;

 private:
  // An option that goes to the library as it is: the library knows what it accepts.
  struct Setting {
    const char* option;
    const char* variable;
    const char* value;
    const char* help;
    std::string text = {};
  };

  std::string preload_list() const;

  std::vector<std::string> command_, libraries_;
  std::string folder_, allocator_;
  std::vector<Setting> settings_;
  std::vector<std::pair<std::string, std::string>> environment_;
  u64 started_unix_ns_ = 0;
  Launch launch_;
};

}  // namespace lw
