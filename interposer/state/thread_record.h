// SPDX-License-Identifier: Apache-2.0
// The public half of a thread: its record in the live file, by which reports name it.
#pragma once

#include "interposer/state/thread_slot.h"

namespace lw {

// Record 0 stands for all threads that found no record of their own.
inline constexpr u32 kOtherThreads = 0;

// The slot's record, made at its first sample. Called by the owner, or by whoever publishes for it.
u32 record_of(ThreadSlot& slot, u64 now_ns);

// Copies the slot's counts into its record, if it has one.
void publish_record(const ThreadSlot& slot);

// The thread is gone: closes its record.
void end_record(ThreadSlot& slot, u64 now_ns);

// Reads the calling thread's name into its record.
void name_record(const ThreadSlot& slot);

}  // namespace lw
