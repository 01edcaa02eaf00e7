// SPDX-License-Identifier: Apache-2.0
// When something is due. leakwatch has no thread of its own: whoever takes a sample after the time has come does the
// work, one thread at a time, and nobody waits.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// Sets the first due times. The first snapshots come after 1, 2, 4 … seconds until LEAKWATCH_PERIOD is reached, so
// that short runs have a series too; points of the memory log after 10, 20, 40 … ms until one a second.
void schedule_first_work(u64 now_ns);

// Called at the end of each stay in the slow path. `in_signal`: we may be in a signal handler that interrupted the
// allocator, so its own statistics must not be asked. Returns the CPU time spent on the memory log and on reading which
// objects are loaded, in nanoseconds; what a dump took stands in the receipt of its own.
u64 run_due_work(u64 now_ns, bool in_signal);

// Installs the handler for LEAKWATCH_SIGNAL, unless the program or its parent decided something else about it. `begin`
// is start_watching(): the signal may come before the first sample.
void install_signal_handler(bool (*begin)());

}  // namespace lw
