// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "analyzer/commands/view_choice.h"
#include "analyzer/render/memory.h"

namespace lw {

int memory_command(const Arguments& arguments) {
  ViewChoice choice("memory");
  Options options("memory", "Memory over time: what the process has, and what of it is alive in malloc.");
  choice.add_paths_to(options);
  options.text("--process", choice.process, "REGEX", "only processes of such a name or number");
  options.flag("--json", choice.json, "for programs: every point of the log");
  if (const auto status = options.parse(arguments)) return *status;

  Looked looked;
  if (const auto status = look(choice, looked)) return *status;
  return show(choice, looked,
              choice.json ? memory_json(looked.report) : memory_text(looked.report, terminal_behind(STDOUT_FILENO)));
}

}  // namespace lw
