// SPDX-License-Identifier: Apache-2.0
// What one look at live files has found, judged and named.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/commands/answer.h"
#include "analyzer/commands/live_series.h"

namespace lw {

// What a person can say to `watch`.
struct WatchChoice {
  std::string target, command;
  f64 every_s = 0, for_s = 0;  // for_s = 0: until the target ends
  bool json = false;
  AnswerChoice answer;
};

struct Picture {
  Answer answer;
  std::vector<std::string> complaints;  // not said yet
  u64 taken_unix_ns = 0;
  f64 took_s = 0, cpu_s = 0;
  u64 number = 0;     // from 1 on
  bool over = false;  // there will be no other
};

// `before`: the last one, or nullptr. Its moment and those of `kept_unix_ns` stay in the series.
std::shared_ptr<const Picture> take_picture(LiveSeries& series, const WatchChoice& choice, const Picture* before,
                                            std::vector<u64> kept_unix_ns);

// Until the next one: as long as was asked for, but looking takes no more than a fifth of a CPU.
f64 pause_after(const Picture& picture, const WatchChoice& choice);

// "2026-11-26T15:07:12Z", and of the clock on the wall "15:07:12".
std::string time_text(u64 unix_ns);
std::string clock_text(u64 unix_ns);

}  // namespace lw
