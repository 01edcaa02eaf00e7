// SPDX-License-Identifier: Apache-2.0
// The command of --on-finding: run by a shell, with the finding as JSON on its standard input. Never waited for: what
// it does, and whether it ever ends, is its own business. Only so many run at once; the others wait for one of them to
// end.
#pragma once

#include <sys/types.h>

#include <deque>
#include <string>
#include <vector>

#include "analyzer/model/profile.h"

namespace lw {

class FindingCommand {
 public:
  static constexpr size_t kMostAtOnce = 4;

  // `command`: empty, and nothing is ever run. What it says goes to our stderr, or with `silent` nowhere.
  FindingCommand(std::string command, bool silent) : command_(std::move(command)), silent_(silent) {}

  // What the environment tells beside: LEAKWATCH_FINDING_PID and LEAKWATCH_FINDING_PROCESS. `what` names the finding in
  // complaints.
  void run(const std::string& what, std::string json, const Process& process);

  // After SIGCHLD: sees who has ended, and starts those that waited. Sentences on what went wrong.
  std::vector<std::string> look_after();

  // Gives those that run so long to end.
  void wait(double seconds);
  size_t running() const { return running_.size(); }
  size_t waiting() const { return waiting_.size(); }

 private:
  struct Order {
    std::string what, json, pid, process;
  };
  struct Running {
    pid_t child;
    std::string what;
  };
  void start(Order order);

  std::string command_;
  bool silent_;
  bool said_full_ = false;
  std::deque<Order> waiting_;
  std::vector<Running> running_;
  std::vector<std::string> sentences_;
};

}  // namespace lw
