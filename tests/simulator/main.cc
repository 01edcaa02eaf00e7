// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "tests/simulator/score.h"

int main(int argc, char** argv) {
  using namespace lw::simulator;
  const auto services = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200;
  const auto first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const char* only = argc > 3 ? argv[3] : "";
  Score score;
  for (unsigned long long i = 0; i < services; ++i) {
    Plot plot{.seed = first + i};
    if (i % 2 == 0) plot.leak = &leak_kinds()[i / 2 % leak_kinds().size()];
    if (i % 2 == 1) plot.decoy = &decoy_kinds()[i / 2 % decoy_kinds().size()];
    const char* name = plot.leak ? plot.leak->name : plot.decoy->name;
    if (*only && !std::strstr(name, only)) continue;
    score.add(plot, run(plot));
  }
  for (const std::string& mistake : score.mistakes) fmt::print("{}\n", mistake);
  fmt::print("{} services, {} sites, precision {:.4f} ({} false)\n", score.services, score.sites, score.precision(),
             score.false_findings);
  for (auto& [name, t] : score.leaks) fmt::print("{:30} {} of {}\n", name, t.found, t.leaks);
  for (auto& [name, t] : score.decoys) fmt::print("{:30} {} of {}\n", name, t.quiet, t.services);
  for (size_t i = 0; i < kSampleEdges.size(); ++i)
    fmt::print("from {} samples: {} of {}\n", kSampleEdges[i], score.by_samples[i].found, score.by_samples[i].leaks);
  for (size_t i = 0; i + 1 < kConfidenceEdges.size(); ++i) {
    auto& r = score.reliability[i];
    fmt::print("confidence {}: {} of {}, claimed {:.3f}\n", kConfidenceEdges[i], r.real, r.findings,
               r.confidence / double(r.findings));
  }
}
