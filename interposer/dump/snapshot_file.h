// SPDX-License-Identifier: Apache-2.0
// Writes snapshots: encoded into a temporary file, then renamed, so that who lists the folder never sees half of one.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// Async-signal-safe. False if another thread is just taking one, or if it could not be written (said once per
// process, with the reason).
bool take_snapshot(DumpReason reason);

}  // namespace lw
