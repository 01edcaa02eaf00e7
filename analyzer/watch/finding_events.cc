// SPDX-License-Identifier: Apache-2.0
#include "analyzer/watch/finding_events.h"

#include "analyzer/render/evidence.h"

namespace lw {
namespace {

// A finding near the edge of what is certain comes and goes with the dice: it has gone when so many looks in a row do
// not find it.
constexpr u32 kLooksUntilGone = 3;
// From here on "sure" means another thing.
constexpr f64 kVerySure = 0.99;

// What was said of it no longer holds: another rate than was thought possible; twice as much alive, of what is not said
// to grow; or certain now.
template <class Told>
bool is_news(const Told& told, const Assessment& finding) {
  if (finding.confidence >= kVerySure && told.confidence < kVerySure) return true;
  if (!words_of(finding.verdict).leak) return finding.live_bytes.value > 2 * told.live_bytes && told.live_bytes > 0;
  const f64 rate = finding.bytes_per_s.value;
  return rate < told.bytes_per_s.low || rate > told.bytes_per_s.high;
}

}  // namespace

const char* event_word(EventKind kind) {
  switch (kind) {
    case EventKind::kWatched:
      return "watched";
    case EventKind::kAppears:
      return "appears";
    case EventKind::kChanges:
      return "changes";
    case EventKind::kGone:
      return "gone";
    case EventKind::kEnded:
      break;
  }
  return "ended";
}

void FindingEvents::compare(const ProcessReport& report, const Names& names, Known& known,
                            std::vector<WatchEvent>& events) {
  for (auto& [key, told] : known.findings) ++told.missing;
  for (const Assessment& finding : report.findings) {
    const std::string place = names.place(finding.stack), shown = place_text(names.site(finding.stack));
    const auto [at, fresh] = known.findings.try_emplace({finding.verdict, place});
    Told& told = at->second;
    told.missing = 0;
    if (!fresh && !is_news(told, finding)) continue;
    told = {finding.bytes_per_s, finding.live_bytes.value, finding.confidence, 0, shown};
    const bool first = ever_.try_emplace({report.process->name, finding.verdict, place}, true).second;
    events.push_back(
        {fresh ? EventKind::kAppears : EventKind::kChanges, &report, &finding, finding.verdict, shown, first});
  }
  for (auto at = known.findings.begin(); at != known.findings.end();) {
    if (at->second.missing < kLooksUntilGone) {
      ++at;
      continue;
    }
    events.push_back({EventKind::kGone, &report, nullptr, at->first.first, at->second.place});
    at = known.findings.erase(at);
  }
}

std::vector<WatchEvent> FindingEvents::take(const Report& report, const Names& names) {
  std::vector<WatchEvent> events;
  for (auto& [key, known] : processes_) known.seen = false;
  for (const ProcessReport& process : report.processes) {
    const ProcessKey key = key_of(*process.process);
    const auto [at, fresh] = processes_.try_emplace({key.pid, key.start_unix_ns});
    Known& known = at->second;
    known.seen = true;
    const bool ended = process.process->ended != Ended::kRunning;
    if (fresh && !ended) events.push_back({EventKind::kWatched, &process});
    if (known.ended) continue;
    compare(process, names, known, events);
    known.ended = ended;
    if (ended) events.push_back({EventKind::kEnded, &process});
  }
  std::erase_if(processes_, [](const auto& entry) { return !entry.second.seen; });
  return events;
}

}  // namespace lw
