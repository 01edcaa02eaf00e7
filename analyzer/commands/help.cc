// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/commands/completion.h"
#include "analyzer/commands/options.h"

namespace lw {
namespace {

void print_list() {
  fmt::print("leakwatch finds memory leaks in running programs.\n\n");
  fmt::print("  LD_PRELOAD=libleakwatch.so ./server     watch; snapshots appear in the current folder\n");
  fmt::print("  leakwatch report .                      read them: what leaks, how fast, how sure\n\n");
  for (const Command& command : all_commands()) fmt::print("  {:<11}{}\n", command.name, command.summary);
  fmt::print("\n`leakwatch help COMMAND` says more. Exit status: 0 done, 1 findings (check), 2 wrong usage,\n");
  fmt::print("3 input that could not be read or not all of it. `run` exits as the program it ran.\n");
}

}  // namespace

int help_command(const Arguments& arguments) {
  std::string shell, verb;
  bool man = false;
  Options options("help", "The list of commands, or help on one.");
  options.may_be("COMMAND", verb, "the command to tell of");
  options.choice("--completion", shell, {"bash", "zsh", "fish"}, "print the completions for a shell");
  options.flag("--man", man, "print the manual page, for man -l");
  if (const auto status = options.parse(arguments)) return *status;

  const Command* command = find_command(verb);
  if (!verb.empty() && command == nullptr) return complain_about_command(verb);
  if (!shell.empty()) {
    fmt::print("{}", completion_for(shell));
  } else if (man) {
    fmt::print("{}", manual_page(verb));
  } else if (command != nullptr) {
    return command->run({"--help"});
  } else {
    print_list();
  }
  return kDone;
}

}  // namespace lw
