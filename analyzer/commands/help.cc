// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/commands/commands.h"

namespace lw {

int help_command(const Arguments& arguments) {
  if (!arguments.empty() && arguments.front() != "--help") {
    const Command* command = find_command(arguments.front());
    if (command == nullptr) return complain_about_command(arguments.front());
    if (command->run != help_command) return command->run({"--help"});
  }
  fmt::print("leakwatch finds memory leaks in running programs.\n\n");
  fmt::print("  LD_PRELOAD=libleakwatch.so ./server     watch; snapshots appear in the current folder\n");
  fmt::print("  leakwatch report .                      read them: what leaks, how fast, how sure\n\n");
  for (const Command& command : all_commands()) fmt::print("  {:<10}{}\n", command.name, command.summary);
  fmt::print("\n`leakwatch help COMMAND` says more. Exit status: 0 done, 1 findings (check), 2 wrong usage,\n");
  fmt::print("3 input that could not be read or not all of it. `run` exits as the program it ran.\n");
  return kDone;
}

}  // namespace lw
