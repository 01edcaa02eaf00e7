// SPDX-License-Identifier: Apache-2.0
// What /proc tells about other processes. Every answer may be "nothing": processes end, and not all may be looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lw {

bool process_exists(uint64_t pid);

// Field 22 of /proc/PID/stat: tells two processes of one pid apart; 0 if there is none.
uint64_t start_ticks_of(uint64_t pid);

// The process that began at these ticks is still there, and not only as an entry that its parent has yet to read.
bool process_runs(uint64_t pid, uint64_t start_ticks);

// Live files that the process has mapped, as it names them; nullopt if its mappings may not be read.
std::optional<std::vector<std::string>> mapped_live_files(uint64_t pid);

// The same file by a path that works here, also if the process lives in another container: the path itself or
// below /proc/PID/root; "" if neither can be reached.
std::string reachable_path(uint64_t pid, const std::string& path);

}  // namespace lw
