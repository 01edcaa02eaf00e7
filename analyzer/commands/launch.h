// SPDX-License-Identifier: Apache-2.0
// Starts a program in this terminal and process group and waits for it, as a shell would.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace lw {

struct Launch {
  pid_t pid = 0;        // 0 if the program could not be started
  int status = 0;       // the exit status to hand on: the program's own, or 128 + the signal that killed it
  std::string why_not;  // a sentence, if it could not be started (status is 126 or 127 then)
};

// Ctrl-C and Ctrl-\ reach the program directly and are its business; SIGTERM and SIGHUP sent to us are passed on.
Launch launch_and_wait(const std::vector<std::string>& command,
                       const std::vector<std::pair<std::string, std::string>>& environment);

}  // namespace lw
