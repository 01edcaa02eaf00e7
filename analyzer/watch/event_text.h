// SPDX-License-Identifier: Apache-2.0
// Events as lines of text and of JSON.
#pragma once

#include <string>

#include "analyzer/watch/finding_events.h"

namespace lw {

// "2026-11-26T15:07:12Z server[4711] appears growing Cache::put(Request const&) at cache.cc:42: 3.1 MiB/min (2.8
// to 3.4), 5.8 MiB alive, 99.8 % sure"
std::string event_text(const WatchEvent& event, const std::string& time, const Names& names);

// {"time": …, "event": "appears", "pid": …, "name": …, "finding": {…}} in one line; the finding as in `report --json`.
std::string event_json(const WatchEvent& event, const std::string& time, const Names& names);

std::string finding_json(const WatchEvent& event, const Names& names);

}  // namespace lw
