// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "analyzer/commands/answer.h"
#include "analyzer/render/diff.h"

namespace lw {

int diff_command(const Arguments& arguments) {
  AnswerChoice choice;
  choice.all_names = true;
  std::string base_path, new_path;
  bool json = false;
  Options options("diff", "What changed from BASE to NEW, as far as chance cannot explain it.",
                  "BASE and NEW are files or folders; each may hold several processes, of which the mean is compared.\n"
                  "Sites are matched by function, so builds, lines and addresses may differ. A change counts if it is\n"
                  "there in bytes and per unit of work (what the programs or --work count, else allocation calls):\n"
                  "twice the load is no change. docs/diff.md has the rules.");
  options.argument("BASE", base_path, "snapshots of what was before");
  options.argument("NEW", new_path, "snapshots of what is now");
  options.flag("--json", json, "for programs");
  choice.work.add_to(options);
  choice.symbols.add_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  if (!choice.work.read()) return kDamaged;
  const Answer before = answer({base_path}, choice), after = answer({new_path}, choice);
  const DiffSide base{&before.observation, &before.report, &before.names};
  const DiffSide fresh{&after.observation, &after.report, &after.names};
  const std::vector<Change> changes = changes_between(base, fresh);
  const std::vector<std::string> notes = not_compared(base, fresh);
  const std::string text = json ? diff_json(base, fresh, changes, notes)
                                : diff_text(base, fresh, changes, notes, terminal_behind(STDOUT_FILENO));
  std::fputs(text.c_str(), stdout);
  return std::max(before.status(), after.status());
}

}  // namespace lw
