// SPDX-License-Identifier: Apache-2.0
// Which object files are loaded where: what turns an address into module and offset, long after the process.
//
// Read from /proc/self/maps, which needs no loader's lock: when watching begins, after each dlclose, and when a new
// stack has an address that no known object holds (something was loaded since). Not by a wrapper around dlopen: that
// would make leakwatch the caller, and the caller's RUNPATH decides what dlopen finds.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// Reads the map anew; new objects are entered, vanished ones marked as unloaded and forgotten by the unwinder. One
// thread at a time, others return at once.
void refresh_mappings();

// A site or another holder of a stack was made, with that epoch. Refreshes if one of its frames is unknown, but not
// more often than every 100 ms: code made at run time (JIT) is in no object and stays unknown.
void notice_new_stack(u32& epoch, const u64* frames, u32 depth);

// Something is about to be loaded: the next unknown frame is worth a look at once. A site is new only once, so one
// whose code was loaded within the pause would stay without a name.
void expect_mappings();

}  // namespace lw
