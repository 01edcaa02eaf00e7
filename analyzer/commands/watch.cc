// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/watch.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "analyzer/base/screen.h"
#include "analyzer/base/sentences.h"
#include "analyzer/base/units.h"

namespace lw {
namespace {

constexpr int kNiceness = 10;
constexpr f64 kEveryOnScreen_s = 2, kEveryInLines_s = 5;

// Nothing after a complaint.
std::optional<f64> time_of(const char* option, const std::string& word, f64 otherwise) {
  if (word.empty()) return otherwise;
  const std::optional<f64> seconds = parse_duration(word);
  if (!seconds) complain(fmt::format("watch: {} {} is not a time such as 5s", option, word));
  return seconds;
}

}  // namespace

Descriptor end_of_process(u64 pid) {
  return Descriptor(pid == 0 ? -1 : static_cast<int>(syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
}

int watch_command(const Arguments& arguments) {
  WatchChoice choice;
  bool plain = false;
  std::string every, how_long;
  Options options(
      "watch", "Looks at running processes again and again: a screen, or lines as findings appear.",
      "TARGET is a PID, or a folder of snapshots or live files (/dev/shm), whose processes come and go.\n"
      "Only live files are read: the processes are neither stopped nor told. The keys are at the bottom of\n"
      "the screen; ? explains them. In lines one is written when a finding appears, changes or is gone, and\n"
      "when a process comes or ends. CMD has the finding on its standard input, as `report --json` has it;\n"
      "it is run once for each program, verdict and place, and never waited for.");
  options.argument("TARGET", choice.target, "a PID or a folder");
  options.flag("--plain", plain, "lines instead of a screen (as when stdout is no terminal)");
  options.flag("--json", choice.json, "lines of JSON");
  options.text("--every", every, "TIME", "between two looks (default 2s on the screen, 5s in lines)");
  options.text("--for", how_long, "TIME", "end after so long; lines end with the process too");
  options.text("--on-finding", choice.command, "CMD", "run CMD by sh when a finding appears");
  choice.answer.reach.add_looks_to(options);
  choice.answer.symbols.add_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  plain = plain || choice.json || !Screen::is_possible();
  const auto every_s = time_of("--every", every, plain ? kEveryInLines_s : kEveryOnScreen_s);
  const auto for_s = time_of("--for", how_long, 0);
  if (!every_s || !for_s) return kWrongUsage;
  choice.every_s = *every_s;
  choice.for_s = *for_s;
  choice.answer.symbols.keep();

  (void)!nice(kNiceness);
  std::vector<std::string> complaints;
  LiveSeries series(choice.target, complaints);
  for (const std::string& sentence : complaints) complain(sentence);
  if (!series.why_not().empty()) {
    complain(series.why_not());
    return kDamaged;
  }
  return plain ? watch_in_lines(series, choice) : watch_on_screen(series, choice);
}

}  // namespace lw
