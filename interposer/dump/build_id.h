// SPDX-License-Identifier: Apache-2.0
// The build id of a loaded object, read from its image in memory: the file on disk may have been replaced since.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// `image` is where the first bytes of the file are mapped. Reads through the kernel, so an object that another thread
// unloads meanwhile gives no id instead of a fault. Returns the length, 0 if there is none; at most `room` bytes.
// One thread at a time.
u32 read_build_id(u64 image, u8* id, u32 room);

}  // namespace lw
