// SPDX-License-Identifier: Apache-2.0
// What a person names on the command line → an observation: snapshot files, live files, folders of both, PIDs.
#pragma once

#include <string>
#include <vector>

#include "analyzer/commands/live_file.h"
#include "analyzer/model/profile.h"

namespace lw {

class ProfileLoader;

struct Opened {
  Observation observation;
  std::vector<std::string> complaints;  // one sentence per thing that could not be read; not empty = exit status 3
};

// A number that is no file's name.
bool is_pid(const std::string& word);

// The snapshots that one process has left in its folder, in the order of time.
std::vector<std::string> snapshots_of(const LiveFile& live);

// Snapshots and live files of a folder, and live files elsewhere whose snapshots go there; snapshots only if they were
// written at that time (seconds of the wall clock) or later; perhaps some that were written in the second before.
std::vector<std::string> files_changed_since(const std::string& folder, u64 unix_s);

// The files that the paths stand for, each once, in the order in which they would be read.
std::vector<std::string> files_behind(const std::vector<std::string>& paths, std::vector<std::string>& complaints);

// A process that writes its next snapshot removes an older one where there would be too many. So a file that was found
// in a folder may be gone before it is read, and the others tell the same story without it: no complaint.
bool is_gone(const std::string& file);

Opened open_paths(const std::vector<std::string>& paths);

// Files that were found rather than named.
Opened open_found(const std::vector<std::string>& files);

// Reads the files, the newest of each process first, which is at the end. A live file is taken as a snapshot of now.
// Passes over what is gone.
void load_files(const std::vector<std::string>& files, ProfileLoader& loader, std::vector<std::string>& complaints);

// Snapshots alone do not tell how a process ended; on the machine it ran on its pid does.
void see_who_was_killed(Observation& observation);

}  // namespace lw
