// SPDX-License-Identifier: Apache-2.0
// Which object files are loaded where: what turns an address into module and offset, long after the process.
//
// Read from /proc/self/maps, which needs no loader's lock. Not by a wrapper around dlopen: that would make leakwatch
// the caller, and the caller's RUNPATH decides what dlopen finds. Reading takes some 50 µs in a small program and
// 1.5 ms in one of a thousand objects, so it is done when somebody needs it:
//
//   - when watching begins, and before a snapshot if there is unknown code.
//   - soon, when a stack has an address that no known object holds: something was loaded since, or it is code made at
//     run time, which is in no object and stays unknown. Nothing is lost by waiting: an object counts as loaded from
//     the epoch in which the stacks were kept that wait for it. (Nine hundred plugins, each with stacks of its own that
//     are recorded, took 1.75 s of CPU to load when the map was read for each, and take 0.23 s now; 0.07 unwatched.)
//   - before the next stack is taken, after a dlclose and a dlopen: what was loaded may lie where the other was, whose
//     names and rules for unwinding are not valid there any more. After a dlclose alone, soon: libc loads modules of
//     its own (iconv, name services) without coming by our door.
//
// "Soon" is when reading takes no more than a twentieth of the time, and if it did not follow from a dlopen or dlclose,
// ten times a second at most, less often while nothing new is found.
#pragma once

#include "interposer/state/process.h"

namespace lw {

// Reads the map anew; new objects are entered, vanished ones marked as unloaded and forgotten by the unwinder. One
// thread at a time, others return at once.
void refresh_mappings();

// A stack was kept that was not known before.
void notice_new_stack(const u64* frames, u32 depth);

// Somebody kept a stack with an address of which no object is known; and it is time to look for that.
inline bool has_unknown_code() { return load_relaxed(process().has_unknown_code) != 0; }
bool mappings_are_due(u64 now_ns);

// What the doors say: of dlopen before the call, of dlclose after it.
void code_is_loaded();
void code_is_unloaded();

// To be settled before a stack is taken.
inline bool is_unloading_unsettled() { return load_relaxed(process().code_was_unloaded) != 0; }
void refresh_after_unloading();

}  // namespace lw
