// SPDX-License-Identifier: Apache-2.0
// The first lines of a view: whose memory, by what, how much of it is shown; and the same for programs.
#pragma once

#include <string>

#include "analyzer/base/terminal.h"
#include "analyzer/model/stack_view.h"
#include "analyzer/render/json.h"

namespace lw {

// "server (pid 4711, 12 m 3 s, 12 snapshots)", "7 processes (server, 6 worker), 92 snapshots"
std::string processes_text(const Report& report);

// One or two lines, each ended.
std::string view_title(const StackView& view, const Report& report, const Terminal& terminal);

// "leakwatch", "schema", "by", "unit", "processes", "all" and "shown"; a view adds its own and "warnings".
Json json_of_view(const StackView& view, const Report& report);

Json json_of(const Place& place);  // "function", "file", "line", "module"

// "Cache::put(Request const&)  cache.cc:42" in at most `width` characters.
std::string place_line(const Place& place, size_t width);

}  // namespace lw
