// SPDX-License-Identifier: Apache-2.0
// Does leakwatch tell the truth in this very program? It leaks on purpose, at a known rate, and we look.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "analyzer/base/sentences.h"
#include "analyzer/base/terminal.h"
#include "analyzer/base/units.h"
#include "analyzer/commands/libraries.h"
#include "analyzer/commands/watched_run.h"
#include "analyzer/render/selftest.h"

namespace lw {
namespace {

// The file in which the library keeps its account; gone when we are.
class Account {
 public:
  Account() {
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") + "/leakwatch-selftest-XXXXXX";
    file_ = mkostemp(path_.data(), O_CLOEXEC);
    if (file_ >= 0 && ftruncate(file_, sizeof(TruthFile)) != 0) {
      close(file_);
      file_ = -1;
    }
  }
  ~Account() {
    if (file_ < 0) return;
    close(file_);
    unlink(path_.c_str());
  }
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  bool exists() const { return file_ >= 0; }
  const std::string& path() const { return path_; }

  std::vector<Truth> read() const {
    std::vector<TruthFile> content(1);
    if (pread(file_, content.data(), sizeof(TruthFile), 0) != static_cast<ssize_t>(sizeof(TruthFile))) return {};
    const u64 used = std::min<u64>(content[0].used, kMostTruths);
    return {content[0].entries, content[0].entries + used};
  }

 private:
  std::string path_;
  int file_;
};

std::string nothing_to_compare(const std::vector<SelftestResult>& results, const std::string& folder) {
  if (results.empty())
    return fmt::format("nothing was leaked, for nothing was watched: see the snapshots in {}", folder);
  const auto most = std::max_element(results.begin(), results.end(), [](const auto& one, const auto& other) {
    return one.truth.bytes < other.truth.bytes;
  });
  return fmt::format("only {} were leaked, at {} between samples: too few samples to compare; raise --leak",
                     bytes_text(static_cast<f64>(most->truth.bytes)),
                     bytes_text(static_cast<f64>(most->process->newest().interval)));
}

}  // namespace

int selftest_command(const Arguments& arguments) {
  std::string rate = "1M/s";
  bool json = false;
  WatchedRun run;
  Options options(
      "selftest", "Runs COMMAND watched while it leaks on purpose, and compares estimate and truth.",
      "The leak comes with the program's own allocations, a second's worth at least and 256 MiB at most.\n"
      "The exit status is 0 if the truth lies within the limits that one run in a thousand misses, else 1.");
  run.add_to(options);
  options.text("--leak", rate, "RATE", "what to leak (default 1M/s)");
  options.flag("--json", json, "for programs");
  if (const auto status = options.parse(arguments)) return *status;

  const std::optional<double> bytes_per_s = parse_rate(rate);
  if (!bytes_per_s || *bytes_per_s < 1) {
    complain(fmt::format("selftest: --leak {} is not a rate such as 1M/s", rate));
    return kWrongUsage;
  }
  const std::string library = find_beside_libleakwatch(kSelftestLibrary);
  if (library.empty()) {
    complain(fmt::format("{} is not beside libleakwatch.so", kSelftestLibrary));
    return kWrongUsage;
  }
  const Account account;
  if (!account.exists()) {
    complain(fmt::format("no file can be made as {}; TMPDIR names another folder", account.path()));
    return kWrongUsage;
  }
  run.preload(library);
  run.set(kSelftestVariable, fmt::format("{:.0f}:{}", *bytes_per_s, account.path()));
  if (!run.run()) return kWrongUsage;
  if (run.launch().pid == 0) return run.launch().status;

  const Opened opened = run.opened();
  for (const std::string& sentence : opened.complaints) complain(sentence);
  std::vector<SelftestResult> results = compare_with_truth(opened.observation, account.read());
  const std::string why_nothing = nothing_to_compare(results, run.folder());
  std::erase_if(results, [](const SelftestResult& result) { return !result.enough; });
  if (results.empty()) {
    complain(why_nothing);
    return kFindings;
  }
  const std::string text = json ? selftest_json(results) : selftest_text(results, terminal_behind(STDOUT_FILENO));
  std::fputs(text.c_str(), stdout);
  const bool passed = std::all_of(results.begin(), results.end(), [](const auto& result) { return result.passed(); });
  return !opened.complaints.empty() ? kDamaged : passed ? kDone : kFindings;
}

}  // namespace lw
