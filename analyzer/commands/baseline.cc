// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/answer.h"
#include "analyzer/commands/baseline_file.h"
#include "analyzer/commands/out_file.h"

namespace lw {

int baseline_command(const Arguments& arguments) {
  AnswerChoice choice;
  choice.all_names = true;
  std::vector<std::string> paths;
  std::string output;
  Options options(
      "baseline", "Remembers a healthy period, for `leakwatch check --baseline`.",
      "For each function: what a process usually allocates, holds and gains there, and how much that differs\n"
      "from process to process. Several processes (restarts, replicas, runs of a test suite) make it sharper.\n"
      "What leaks in them is known from then on, and accepted as long as it does not become worse.");
  options.arguments("PATH", paths, "snapshots, live files, folders of both, or PIDs");
  options.text("-o,--output", output, "FILE", "where to write it");
  options.flag("--unfreed", choice.findings.unfreed, "know also what was alive at a normal exit");
  choice.work.add_to(options);
  choice.symbols.add_to(options);
  if (const auto status = options.parse(arguments)) return *status;
  if (output.empty()) {
    complain("baseline: say with -o FILE where to write it");
    return kWrongUsage;
  }
  if (!choice.work.read()) return kDamaged;
  choice.findings.unfreed_if_exact = choice.findings.unfreed;
  const Answer result = answer(paths, choice);
  if (result.report.processes.empty()) {
    complain("no process was read: no baseline was written");
    return kDamaged;
  }
  std::vector<MeasuredProcess> processes;
  for (const ProcessReport& process : result.report.processes) {
    processes.push_back(measured(result.observation, process, result.names, 0));
  }
  const Baseline baseline = baseline_of(processes, result.observation);
  write_out(output, baseline_text(baseline));
  for (const auto& [program, population] : baseline.populations) {
    fmt::print("{}: {} process{}, {} functions\n", program, population.processes, population.processes == 1 ? "" : "es",
               population.places.size());
  }
  return result.status();
}

}  // namespace lw
