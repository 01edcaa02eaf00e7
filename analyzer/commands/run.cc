// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "analyzer/base/columns.h"
#include "analyzer/base/sentences.h"
#include "analyzer/base/terminal.h"
#include "analyzer/commands/answer.h"
#include "analyzer/commands/launch.h"
#include "analyzer/commands/libraries.h"
#include "analyzer/commands/live_file.h"
#include "analyzer/commands/target.h"
#include "analyzer/render/headline.h"

namespace lw {
namespace {

namespace fs = std::filesystem;

// Options that go to the library as they are: it knows what they accept.
struct Setting {
  const char* option;
  const char* variable;
  const char* value;
  const char* help;
  std::string text = {};
};

std::vector<Setting> all_settings() {
  return {
      {"--interval", "LEAKWATCH_INTERVAL", "BYTES", "mean bytes between samples: auto, 64K, 1M; 1 = every allocation"},
      {"--budget", "LEAKWATCH_BUDGET", "SHARE", "of one CPU that sampling may take: 0.5%"},
      {"--period", "LEAKWATCH_PERIOD", "TIME", "between snapshots: 250ms, 30s, 5m; 0 = none"},
      {"--signal", "LEAKWATCH_SIGNAL", "NAME", "takes a snapshot: USR2, RTMIN+3, none"},
      {"--keep", "LEAKWATCH_KEEP", "N", "snapshots kept per process"},
      {"--memory", "LEAKWATCH_MEMORY", "BYTES", "size of the live file"},
      {"--depth", "LEAKWATCH_DEPTH", "N", "frames kept per stack"},
      {"--follow", "LEAKWATCH_FOLLOW", "WHICH", "children watched: all, none, or name patterns"},
      {"--only", "LEAKWATCH_ONLY", "WHICH", "watch only programs with these names"},
      {"--live-dir", "LEAKWATCH_LIVE_DIR", "DIR", "folder of the live file (default /dev/shm)"},
  };
}

using Environment = std::vector<std::pair<std::string, std::string>>;

std::string snapshot_folder(const std::string& option) {
  const char* variable = std::getenv("LEAKWATCH_DIR");
  const std::string named = !option.empty() ? option : variable != nullptr && *variable != '\0' ? variable : ".";
  std::error_code error;
  fs::create_directory(named, error);  // where it cannot be made, the library says so and falls back
  return fs::absolute(named, error).lexically_normal().string();
}

// "" and a complaint if something is not there.
std::string preload_list(const std::string& allocator) {
  std::string list = find_libleakwatch();
  if (list.empty()) {
    complain("libleakwatch.so is neither beside this program nor in the lib folder beside its bin folder");
    return "";
  }
  if (!allocator.empty()) {
    const std::string library = find_allocator(allocator);
    if (library.empty()) {
      complain(
          fmt::format("the allocator \"{}\" is not installed; give jemalloc, tcmalloc, mimalloc or a path to a library",
                      allocator));
      return "";
    }
    list += ":" + library;
  }
  const char* before = std::getenv("LD_PRELOAD");
  return before != nullptr && *before != '\0' ? list + ":" + before : list;
}

// The program and all that came from it, by the chain of parents.
Observation only_family_of(Observation observation, pid_t first, u64 started_unix_ns) {
  std::set<u64> family{static_cast<u64>(first)};
  for (size_t before = 0; before != family.size();) {
    before = family.size();
    for (const Process& process : observation.processes) {
      if (family.count(process.parent_pid) != 0 && process.start_unix_ns >= started_unix_ns) family.insert(process.pid);
    }
  }
  std::erase_if(observation.processes, [&](const Process& process) {
    return family.count(process.pid) == 0 || process.start_unix_ns < started_unix_ns;
  });
  return observation;
}

void say_what_leaked(const std::string& folder, pid_t pid, u64 started_unix_ns) {
  Opened opened = open_paths(files_changed_since(folder, started_unix_ns / 1'000'000'000));
  opened.observation = only_family_of(std::move(opened.observation), pid, started_unix_ns);
  const Answer result = answer_on(std::move(opened), {});
  const Terminal terminal = terminal_behind(STDERR_FILENO);
  if (result.report.processes.empty()) {
    complain(fmt::format("no snapshots were written to {}: nothing that was started is watched", folder));
    return;
  }
  constexpr size_t kMostLines = 5;
  for (size_t i = 0; i < std::min(kMostLines, result.report.processes.size()); ++i) {
    complain(shown_on(terminal, headline(result.report.processes[i], result.names)));
  }
  complain(fmt::format("the snapshots are in {}; `leakwatch report {}` says more", folder, folder));
}

}  // namespace

int run_command(const Arguments& arguments) {
  std::vector<std::string> command;
  std::string folder, allocator;
  bool quiet = false;
  std::vector<Setting> settings = all_settings();
  Options options("run", "Starts COMMAND watched, and says at its end what leaked.",
                  "The exit status is COMMAND's own, or 128 + the signal that killed it.");
  options.command(command);
  options.text("--dir", folder, "DIR", "where snapshots go (default: the current folder)");
  options.text("--allocator", allocator, "NAME", "run on jemalloc, tcmalloc, mimalloc or a library's path");
  for (Setting& setting : settings) options.text(setting.option, setting.text, setting.value, setting.help);
  options.flag("-q,--quiet", quiet, "say nothing at the end");
  if (const auto status = options.parse(arguments)) return *status;

  const std::string program = find_program(command.front());
  if (const std::string why_not = program.empty() ? "" : why_not_watchable(program); !why_not.empty()) {
    complain(why_not);
    return kWrongUsage;
  }
  const std::string preload = preload_list(allocator);
  if (preload.empty()) return kWrongUsage;

  folder = snapshot_folder(folder);
  Environment environment{{"LD_PRELOAD", preload}, {"LEAKWATCH_DIR", folder}};
  for (const Setting& setting : settings) {
    if (!setting.text.empty()) environment.emplace_back(setting.variable, setting.text);
  }
  const u64 started_unix_ns = static_cast<u64>(std::chrono::system_clock::now().time_since_epoch().count());
  const Launch launch = launch_and_wait(command, environment);
  if (launch.pid == 0) {
    complain(launch.why_not);
  } else if (!quiet) {
    say_what_leaked(folder, launch.pid, started_unix_ns);
  }
  return launch.status;
}

}  // namespace lw
