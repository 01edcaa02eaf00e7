// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "analyzer/base/sentences.h"
#include "analyzer/base/terminal.h"
#include "analyzer/commands/answer.h"
#include "analyzer/commands/watched_run.h"
#include "analyzer/render/headline.h"

namespace lw {
namespace {

void say_what_leaked(const WatchedRun& run) {
  const Answer result = answer_on(run.opened(), {});
  const Terminal terminal = terminal_behind(STDERR_FILENO);
  if (result.report.processes.empty()) {
    complain(fmt::format("no snapshots were written to {}: nothing that was started is watched", run.folder()));
    return;
  }
  constexpr size_t kMostLines = 5;
  for (size_t i = 0; i < std::min(kMostLines, result.report.processes.size()); ++i) {
    complain(shown_on(terminal, headline(result.report.processes[i], result.names)));
  }
  complain(fmt::format("the snapshots are in {}; `leakwatch report {}` says more", run.folder(), run.folder()));
}

}  // namespace

int run_command(const Arguments& arguments) {
  bool quiet = false;
  WatchedRun run;
  Options options("run", "Starts COMMAND watched, and says at its end what leaked.",
                  "The exit status is COMMAND's own, or 128 + the signal that killed it.");
  run.add_to(options);
  options.flag("-q,--quiet", quiet, "say nothing at the end");
  if (const auto status = options.parse(arguments)) return *status;
  if (!run.run()) return kWrongUsage;
  if (run.launch().pid != 0 && !quiet) say_what_leaked(run);
  return run.launch().status;
}

}  // namespace lw
