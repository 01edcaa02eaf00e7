// SPDX-License-Identifier: Apache-2.0
// leakwatch VERB [arguments]
#include <cstdio>
#include <exception>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/commands.h"

namespace {

int dispatch(const lw::Arguments& arguments) {
  if (arguments.empty() || arguments.front() == "-h" || arguments.front() == "--help") return lw::help_command({});
  if (arguments.front() == "--version") {
    std::puts("leakwatch " LW_VERSION);
    return lw::kDone;
  }
  const lw::Command* command = lw::find_command(arguments.front());
  if (command == nullptr) return lw::complain_about_command(arguments.front());
  return command->run({arguments.begin() + 1, arguments.end()});
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int status = dispatch({argv + 1, argv + argc});
    // A full disk or a closed pipe must not look like success.
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
    lw::complain("the output could not be written");
    return status == lw::kDone ? lw::kDamaged : status;
  } catch (const std::exception& error) {
    lw::complain(error.what());
    return lw::kDamaged;
  }
}
