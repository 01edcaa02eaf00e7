// SPDX-License-Identifier: Apache-2.0
// What has become of the findings from one look to the next: told once, when it is news.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "analyzer/watch/board.h"

namespace lw {

enum class EventKind : u8 {
  kWatched,  // a running process is seen for the first time
  kAppears,  // a finding is
  kChanges,  // it is no longer what was said of it
  kGone,     // it is not found any more
  kEnded,    // the process has
};
const char* event_word(EventKind kind);

struct WatchEvent {
  EventKind kind;
  const ProcessReport* report;
  const Assessment* finding = nullptr;  // of kAppears and kChanges
  // Of all that concern findings.
  Verdict verdict = Verdict::kSteady;
  std::string place = {};  // as people read it
  bool news = false;       // kAppears: no finding of this program, place and verdict was ever told of
};

class FindingEvents {
 public:
  // Since the last report, in the order of the report's processes; what it points to is the report's.
  std::vector<WatchEvent> take(const Report& report, const Names& names);

 private:
  struct Told {
    Estimate bytes_per_s;
    f64 live_bytes = 0, confidence = 0;
    u32 missing = 0;  // in so many looks by now
    std::string place;
  };
  struct Known {
    bool ended = false, seen = false;
    std::map<std::pair<Verdict, std::string>, Told> findings;
  };

  void compare(const ProcessReport& report, const Names& names, Known& known, std::vector<WatchEvent>& events);

  std::map<std::pair<u64, u64>, Known> processes_;                      // by pid and start
  std::map<std::tuple<std::string, Verdict, std::string>, bool> ever_;  // program, verdict, place
};

}  // namespace lw
