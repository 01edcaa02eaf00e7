// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/watched_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/libraries.h"
#include "analyzer/commands/live_file.h"
#include "analyzer/commands/target.h"

namespace lw {
namespace {

namespace fs = std::filesystem;

std::string snapshot_folder(const std::string& option) {
  const char* variable = std::getenv("LEAKWATCH_DIR");
  const std::string named = !option.empty() ? option : variable != nullptr && *variable != '\0' ? variable : ".";
  std::error_code error;
  fs::create_directory(named, error);  // where it cannot be made, the library says so and falls back
  return fs::absolute(named, error).lexically_normal().string();
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

}  // namespace

WatchedRun::WatchedRun() {
  settings_ = {
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

void WatchedRun::add_to(Options& options) {
  options.command(command_);
  options.text("--dir", folder_, "DIR", "where snapshots go (default: the current folder)");
  options.text("--allocator", allocator_, "NAME", "run on jemalloc, tcmalloc, mimalloc or a library's path");
  for (Setting& setting : settings_) options.text(setting.option, setting.text, setting.value, setting.help);
}

// "" after a complaint if something is not there.
std::string WatchedRun::preload_list() const {
  std::string list = find_libleakwatch();
  if (list.empty()) {
    complain("libleakwatch.so is neither beside this program nor in the lib folder beside its bin folder");
    return "";
  }
  for (const std::string& library : libraries_) list += ":" + library;
  if (!allocator_.empty()) {
    const std::string library = find_allocator(allocator_);
    if (library.empty()) {
      complain(
          fmt::format("the allocator \"{}\" is not installed; give jemalloc, tcmalloc, mimalloc or a path to a library",
                      allocator_));
      return "";
    }
    list += ":" + library;
  }
  const char* before = std::getenv("LD_PRELOAD");
  return before != nullptr && *before != '\0' ? list + ":" + before : list;
}

bool WatchedRun::run() {
  const std::string program = find_program(command_.front());
  if (const std::string why_not = program.empty() ? "" : why_not_watchable(program); !why_not.empty()) {
    complain(why_not);
    return false;
  }
  const std::string list = preload_list();
  if (list.empty()) return false;

  folder_ = snapshot_folder(folder_);
  environment_.emplace_back("LD_PRELOAD", list);
  environment_.emplace_back("LEAKWATCH_DIR", folder_);
  for (const Setting& setting : settings_) {
    if (!setting.text.empty()) environment_.emplace_back(setting.variable, setting.text);
  }
  started_unix_ns_ = static_cast<u64>(std::chrono::system_clock::now().time_since_epoch().count());
  launch_ = launch_and_wait(command_, environment_);
  if (launch_.pid == 0) complain(launch_.why_not);
  return true;
}

Opened WatchedRun::opened() const {
  Opened opened = open_found(files_changed_since(folder_, started_unix_ns_ / 1'000'000'000));
  opened.observation = only_family_of(std::move(opened.observation), launch_.pid, started_unix_ns_);
  return opened;
}

}  // namespace lw
