// SPDX-License-Identifier: Apache-2.0
// Who this process is, as the system tells: for the header of the live file, and for reading it years later.
#pragma once

#include "snapshot/live_layout.h"

namespace lw {

// Fills parent_pid, start_ticks, host, boot_id, pid_namespace, executable, argc, command, and what the machine allows:
// page_bytes, memory_total. What cannot be had (no /proc) stays empty.
void describe_process(LiveHeader& live);

// CLOCK_MONOTONIC before which the kernel started this process (for a forked child: the fork); at most 10 ms too
// late. 0 if /proc does not tell.
u64 process_start_monotonic_ns();

// Where snapshots go: LEAKWATCH_DIR or the current directory; if not writable $TMPDIR, then /tmp. Absolute. Decided
// at the first call, because a daemon changes its directory later.
const char* snapshot_directory();

// The environment's TMPDIR, kept for the above before the program can overwrite it.
void remember_temporary_directory(char** environment);

}  // namespace lw
