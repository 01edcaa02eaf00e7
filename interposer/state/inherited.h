// SPDX-License-Identifier: Apache-2.0
// What a forked child takes over. Its private state was wiped by the kernel, but it still maps its parent's live file;
// these two addresses, in ordinary memory, are how it finds it.
#pragma once

#include "snapshot/live_layout.h"

namespace lw {

struct OwnMappings {
  LiveHeader* live;
  u64 live_bytes;
  void* indexes;
  u64 index_bytes;
};

// What this process maps now, for its future children.
void remember_mappings(const OwnMappings& mappings);

// What was remembered last, which in a process that has not made its own live file yet is its parent's; all-zero in
// a process that was not forked from a watched one.
OwnMappings remembered_mappings();

// Copies the parent's live samples that were born before this process into our own tables, marked as inherited.
// They are what the child holds of its parent's memory; no finding is ever made of them. A block freed between the
// fork and the child's first sample stays among them: few, and harmless for the same reason.
void inherit_samples(const OwnMappings& parent);

// Does the parent still hold a sample of a block at this address?
bool is_live_sample_of(const OwnMappings& parent, u64 address);

// Unmaps what was the parent's: nothing of ours may ever write there.
void release_mappings(const OwnMappings& parent);

}  // namespace lw
