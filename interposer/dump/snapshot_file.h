// SPDX-License-Identifier: Apache-2.0
// Writes snapshots: encoded into a temporary file, then renamed, so that who lists the folder never sees half of one.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// Async-signal-safe. False if another thread is just taking one, or if it could not be written (said once per
// process, with the reason).
bool take_snapshot(DumpReason reason);

// The same for the last one: if another thread is just taking one, waits for it, two seconds at most; what a thread has
// left behind that is gone, or that an exit in a signal handler has interrupted, is taken over at once. After one for
// an exit no other is taken.
bool take_last_snapshot(DumpReason reason);

}  // namespace lw
