// SPDX-License-Identifier: Apache-2.0
// simulator [--services N] [--first SEED] [--only WORDS] [--mistakes] [--write FILE]
//
// Plays N services (default 240), half of them with leaks, and scores the answers; then the promises of promises.h on
// as many others, unless --only chooses the services whose story has WORDS in its name. A line for each target, exit
// status 1 if one is missed by more than chance explains. --mistakes lists the wrong answers, --write puts the tables
// between the lines `<!-- score -->` and `<!-- end of score -->` of FILE.
#include <fmt/format.h>
#include <getopt.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/simulator/score_text.h"

namespace lw::simulator {
namespace {

struct Choice {
  u64 services = 240, first = 1;
  std::string only, write;
  bool mistakes = false;
};

// Leaks and decoys in turns, each kind equally often.
Plot plot_of(u64 number, u64 first) {
  Plot plot{.seed = first + number};
  const std::span<const LeakKind> leaks = leak_kinds();
  const std::span<const DecoyKind> decoys = decoy_kinds();
  if (number % 2 == 0) plot.leak = &leaks[number / 2 % leaks.size()];
  if (number % 2 == 1) plot.decoy = &decoys[number / 2 % decoys.size()];
  return plot;
}

Result play(const Choice& choice, std::vector<std::string>& mistakes) {
  Result result;
  for (u64 number = 0; number < choice.services; ++number) {
    const Plot plot = plot_of(number, choice.first);
    const std::string name = plot.leak != nullptr ? plot.leak->name : plot.decoy->name;
    if (name.find(choice.only) != std::string::npos) result.score.add(plot, run(plot));
  }
  mistakes = result.score.mistakes;
  if (!choice.only.empty()) return result;
  result.power = power_is_honest(choice.services, choice.first);
  result.waiting = waiting_helps(choice.services, choice.first);
  result.until_named = samples_until_named(choice.services / 4, choice.first);
  result.fleets = fleets(choice.services / 4, choice.first, mistakes);
  return result;
}

bool write_between_marks(const std::string& file, const std::string& text) {
  const std::string begin = "<!-- score -->\n", end = "<!-- end of score -->";
  std::ifstream in(file);
  std::string page{std::istreambuf_iterator<char>(in), {}};
  const size_t from = page.find(begin), to = page.find(end);
  if (from == std::string::npos || to == std::string::npos || to < from) return false;
  page.replace(from + begin.size(), to - from - begin.size(), '\n' + text + '\n');
  std::ofstream(file) << page;
  return true;
}

int judge(const Choice& choice) {
  std::vector<std::string> mistakes;
  const Result result = play(choice, mistakes);
  if (choice.mistakes) {
    for (const std::string& mistake : mistakes) fmt::print("{}\n", mistake);
    fmt::print("\n{}\n", score_text(result));
  }
  if (!choice.write.empty() && !write_between_marks(choice.write, score_text(result))) {
    fmt::print(stderr, "simulator: {} has no lines that mark the place of the score\n", choice.write);
    return 2;
  }
  size_t met = 0;
  const std::vector<Target> targets = targets_of(result);
  for (const Target& target : targets) {
    met += target.met();
    fmt::print("{} {}: {} of {}, {:.2f} %, wanted {:.4g} %\n", target.met() ? "ok" : "FAILED", target.what, target.kept,
               target.asked, 100 * target.reached(), 100 * target.wanted);
  }
  fmt::print("{} passed, {} failed\n", met, targets.size() - met);
  return met == targets.size() ? 0 : 1;
}

}  // namespace
}  // namespace lw::simulator

int main(int argc, char** argv) {
  lw::simulator::Choice choice;
  const option flags[] = {{"services", required_argument, nullptr, 's'}, {"first", required_argument, nullptr, 'f'},
                          {"only", required_argument, nullptr, 'o'},     {"mistakes", no_argument, nullptr, 'm'},
                          {"write", required_argument, nullptr, 'w'},    {}};
  for (int flag; (flag = getopt_long(argc, argv, "", flags, nullptr)) != -1;) {
    if (flag == 's') choice.services = std::strtoull(optarg, nullptr, 10);
    if (flag == 'f') choice.first = std::strtoull(optarg, nullptr, 10);
    if (flag == 'o') choice.only = optarg;
    if (flag == 'm') choice.mistakes = true;
    if (flag == 'w') choice.write = optarg;
    if (flag == '?') return 2;
  }
  return lw::simulator::judge(choice);
}
