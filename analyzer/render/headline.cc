// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/headline.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/units.h"
#include "analyzer/render/class_evidence.h"
#include "analyzer/render/evidence.h"
#include "analyzer/render/ledger_text.h"

namespace lw {
namespace {

std::string worst_leak(const Assessment& leak, const Names& names) {
  if (leak.verdict == Verdict::kLost) {
    return fmt::format("{} lost {}, {} sure.", place_text(names.site(leak.stack)), bytes_text(leak.reach->lost_bytes),
                       confidence_text(leak.confidence));
  }
  if (leak.thread) {
    return fmt::format("{} starts threads that never end, {}, {} sure.", place_text(names.site(leak.stack)),
                       thread_rate_text(leak.thread->threads_per_s.value), confidence_text(leak.confidence));
  }
  const Estimate& rate = leak.bytes_per_s;
  const f64 margin = (rate.high - rate.low) / 2;
  const std::string plus_minus = margin > 0 ? fmt::format(" (±{})", rate_number(margin, rate.value)) : "";
  return fmt::format("{} grows {}{}{}, {} sure.", place_text(names.site(leak.stack)), rate_text(rate.value), plus_minus,
                     leak.processes > 1 ? " in each process" : "", confidence_text(leak.confidence));
}

std::string count_of_leaks(size_t leaks, const Assessment& first) {
  if (leaks == 1) return "1 leak — ";
  return fmt::format("{} leaks, the {}: ", leaks, first.verdict == Verdict::kLost ? "worst" : "fastest");
}

std::string undecided(const ProcessReport& report) {
  const u32 sites = report.count(Verdict::kUnknown);
  const char* may_grow = sites == 1 ? "1 site may grow" : nullptr;
  const std::string what = may_grow != nullptr ? may_grow : fmt::format("{} sites may grow", sites);
  if (report.wait_s == 0) return fmt::format("no certain leak; {}.", what);
  if (report.process->ended == Ended::kRunning) {
    return fmt::format("no leak so far; {}, about {} more will tell.", what, rough_duration_text(report.wait_s));
  }
  return fmt::format("no certain leak; {}, but it ended about {} too soon to tell.", what,
                     rough_duration_text(report.wait_s));
}

std::string too_young(const ProcessReport& report) {
  if (report.process->ended == Ended::kRunning) {
    return fmt::format("too young to tell a leak from its start-up; about {} more will do.",
                       rough_duration_text(report.power.wait_s));
  }
  return "it ended too soon to tell a leak from its start-up.";
}

// Empty if the finding is nothing for the first line.
std::string instead_of_a_leak(const Assessment& finding, const std::string& place) {
  switch (finding.verdict) {
    case Verdict::kMismatch:
      return place + " is freed through the wrong function.";
    case Verdict::kFragmentation:
      return fmt::format(
          "the allocator keeps {} that are free{}.", bytes_text(finding.fragmentation->free_bytes),
          finding.fragmentation->rising ? ", and " + rate_text(finding.bytes_per_s.value) + " more all the time" : "");
    case Verdict::kResidue:
      return finding.residue->emptied
                 ? fmt::format("{} keeps {} of room for elements that have gone.", place,
                               bytes_text(finding.residue->capacity_bytes))
                 : fmt::format("{} reserves {} and uses {} of it.", place, bytes_text(finding.residue->capacity_bytes),
                               bytes_text(finding.residue->touched_bytes));
    case Verdict::kChurn:
      return fmt::format("{} makes {} blocks a second; its allocator takes about {} of its CPU time.", place,
                         count_text(finding.churn->blocks_per_s), share_text(finding.churn->cpu_share));
    default:
      return "";
  }
}

std::string without_leaks(const ProcessReport& report, const Names& names) {
  if (report.process->flags & kProcessNotCovered) {
    return "not watched: the program brings its own malloc, which leakwatch cannot see.";
  }
  if (!report.process->live.known) return "what was alive could not be read, so nothing can be said about leaks.";
  for (const Assessment& finding : report.findings) {
    const std::string other = instead_of_a_leak(finding, place_text(names.site(finding.stack)));
    if (!other.empty()) return "no leak, but " + other;
  }
  if (report.power.wait_s > 0) return too_young(report);
  if (report.count(Verdict::kUnknown) > 0) return undecided(report);
  if (report.ledger.agreement == Agreement::kRssOnly) {
    return fmt::format("no leak in malloc, but the process grows {} by {}.",
                       rate_text(report.ledger.rss_bytes_per_s.value), part_text(report.ledger.rising));
  }
  return "no leak found.";
}

}  // namespace

std::string process_text(const Process& process) {
  const size_t snapshots = process.profiles.size();
  return fmt::format("{} (pid {}, {}, {} snapshot{}{})", process.name, process.pid, duration_text(process.duration_s()),
                     snapshots, snapshots == 1 ? "" : "s",
                     process.ended == Ended::kKilled    ? ", killed"
                     : process.ended == Ended::kRunning ? ", running"
                                                        : "");
}

std::string verdict_text(const ProcessReport& report, const Names& names) {
  const u32 leaks = report.leaks();
  if (leaks == 0) return without_leaks(report, names);
  return count_of_leaks(leaks, report.findings.front()) + worst_leak(report.findings.front(), names);
}

std::string headline(const ProcessReport& report, const Names& names) {
  return process_text(*report.process) + ": " + verdict_text(report, names);
}

std::string headline(const ProgramReport& report, const Names& names) {
  f64 shortest_s = report.processes.front()->duration_s(), longest_s = shortest_s;
  for (const Process* process : report.processes) {
    shortest_s = std::min(shortest_s, process->duration_s());
    longest_s = std::max(longest_s, process->duration_s());
  }
  const std::string from = duration_text(shortest_s), to = duration_text(longest_s);
  return fmt::format("{} ({} processes, {} each): {}{}", report.processes.front()->name, report.processes.size(),
                     from == to ? from : from + " to " + to,
                     count_of_leaks(report.findings.size(), report.findings.front()),
                     worst_leak(report.findings.front(), names));
}

std::string power_text(const ProcessReport& report) {
  const Power& power = report.power;
  if (power.bytes_per_s <= 0 || !report.process->live.known) return "";
  const f64 watched_s = report.process->duration_s();
  if (report.process->exact()) {
    return fmt::format("a leak of {} blocks or more in these {} would have been seen with 95 % probability",
                       count_text(power.blocks_per_s * watched_s), duration_text(watched_s));
  }
  return fmt::format("a leak of {} or more would have been seen with 95 % probability", rate_text(power.bytes_per_s));
}

}  // namespace lw
