// SPDX-License-Identifier: Apache-2.0
// Writes snapshots: encoded into a temporary file, then renamed, so that who lists the folder never sees half of one.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// Async-signal-safe. False if another thread is just taking one, or if it could not be written (said once per
// process, with the reason).
bool take_snapshot(DumpReason reason);

// The same for the last one: if another thread is just taking one, waits for it, a fifth of a second at most (it may be
// this very thread that a signal interrupted, or one that the process's end has stopped).
bool take_last_snapshot(DumpReason reason);

}  // namespace lw
