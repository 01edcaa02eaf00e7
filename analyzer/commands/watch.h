// SPDX-License-Identifier: Apache-2.0
// The two ways in which `watch` tells what it sees.
#pragma once

#include "analyzer/commands/picture.h"

namespace lw {

// Both return the exit status when the time is up or the person has seen enough; lines also end with the process.
int watch_on_screen(LiveSeries& series, const WatchChoice& choice);
int watch_in_lines(LiveSeries& series, const WatchChoice& choice);

// Readable when the process has ended; none for a folder.
Descriptor end_of_process(u64 pid);

}  // namespace lw
