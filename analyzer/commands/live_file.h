// SPDX-License-Identifier: Apache-2.0
// Where live files are, whose they are, and whether that process still runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "snapshot/live_layout.h"

namespace lw {

// The beginning of a live file; its texts have been cut at their first NUL.
struct LiveFile {
  std::string path;
  u64 pid, start_ticks;
  LiveStage stage;
  u64 next_sequence;
  std::string name, directory;  // of the process; where its snapshots go

  bool is_running() const;  // the process exists and still writes to this file
};

// nullopt if it is not a live file of this version, or cannot be read.
std::optional<LiveFile> look_at_live_file(const std::string& path);

// The folder in which processes put their live files unless told otherwise: LEAKWATCH_LIVE_DIR, or /dev/shm.
std::string live_folder();

// Live files in the live folder whose snapshots go to `directory`.
std::vector<LiveFile> live_files_writing_to(const std::string& directory);

// The live file of a running process, or a sentence on why there is none.
struct FoundLiveFile {
  std::optional<LiveFile> file;
  std::string why_not;
};
FoundLiveFile find_live_file(u64 pid);

}  // namespace lw
