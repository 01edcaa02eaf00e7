// SPDX-License-Identifier: Apache-2.0
// Long series in bounded memory: of too many profiles those are forgotten that lie closest to their neighbours, as the
// watched process does with its snapshots. The first and the last stay, and the rest is spread evenly.
#pragma once

#include <span>

#include "analyzer/model/profile.h"

namespace lw {

// Lets go of the room for more points.
void trim_points(Process& process);

// Profiles arrive in the order of the files; their numbers, which points and live sets carry, follow the time.
void order_by_time(Process& process, LiveSet& running, LiveSet& ending);

// Leaves at most `most` of the process's profiles, which are in the order of time; more only if so many are to be kept:
// those that its live sets were taken at, and the last ones before each of the `kept_unix_ns`.
void thin_profiles(Process& process, std::span<LiveSet* const> live_sets, size_t most,
                   std::span<const u64> kept_unix_ns);

// The last profile that was taken by then.
std::optional<u32> profile_at(const Process& process, u64 unix_ns);

}  // namespace lw
