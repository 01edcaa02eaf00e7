// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/sites.h"

#include <fmt/format.h>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/finding_card.h"
#include "analyzer/render/values.h"
#include "analyzer/render/view_title.h"

namespace lw {
namespace {

constexpr size_t kIndent = 4, kStackIndent = 6;

std::string verdict_text(const Assessment& site) {
  const std::string word = words_of(site.verdict).word;
  return site.verdict == Verdict::kUnknown ? word : fmt::format("{}, {} sure", word, confidence_text(site.confidence));
}

std::string facts(const Assessment& site) {
  const std::string blocks = estimate_text(Unit::kBlocks, site.live_count);
  return fmt::format("{} alive in {} blocks, growth {}, {} allocated", estimate_text(Unit::kBytes, site.live_bytes),
                     blocks, estimate_text(Unit::kBytesPerSecond, site.bytes_per_s), bytes_text(site.allocated.bytes));
}

}  // namespace

std::string sites_text(const std::vector<SiteOfProcess>& sites, const Measure& measure, const Names& names,
                       const Report& report, unsigned depth, const Terminal& terminal) {
  const bool several = report.processes.size() > 1;
  std::string text =
      terminal.ink(Ink::kBold,
                   wrapped(processes_text(report) + ", sites by " + std::string(measure.meaning), terminal.width, 2)) +
      '\n';
  for (size_t i = 0; i < sites.size(); ++i) {
    const auto& [process, site] = sites[i];
    const std::string whose = several ? fmt::format("  {} (pid {})", process->name, process->pid) : "";
    const std::string value = estimate_text(measure.unit, estimate_of(measure, measure.amount(*process, *site), 0));
    text += fmt::format("{:>2}  {}  {}{}\n", i + 1, terminal.ink(Ink::kBold, value), verdict_text(*site), whose);
    text += wrapped(std::string(kIndent, ' ') + facts(*site) + ". " + evidence_text(*process, *site), terminal.width,
                    kIndent) +
            '\n';
    text += stack_text(names[site->stack], depth, terminal.width, kStackIndent);
  }
  return shown_on(terminal, text);
}

}  // namespace lw
