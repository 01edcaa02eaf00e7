// SPDX-License-Identifier: Apache-2.0
// Pages from the kernel, without libc.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// Zeroed private memory that a forked child will see wiped; nullptr if there is none. Page-aligned.
void* map_private(u64 bytes);

// Asks the kernel to wipe [start, start + bytes) in children. False on kernels older than 4.14.
bool wipe_on_fork(void* start, u64 bytes);

// Of a mapped file: pages are wanted one by one. Otherwise a file system reads around each page that is touched first:
// ext4 fills the page cache with all 16 MiB of an empty live file, which takes it 5 ms. (tmpfs does not.)
void expect_few_pages(void* start, u64 bytes);

// Makes sure that every page in [start, start + bytes), page-aligned, has memory or disk behind it. False if the file
// system is full, or somebody truncated the file: then touching it would be SIGBUS. Other threads may be writing there.
bool back_pages(void* start, u64 bytes);

// The same for kernels before 5.14, which know no MADV_POPULATE_WRITE.
bool back_pages_one_by_one(void* start, u64 bytes);

// Resident bytes of [start, start + bytes), which must be mapped.
u64 resident_bytes(const void* start, u64 bytes);

// The same at any address and of any size, with the work of 32 MiB at most: of more than that its beginning is looked
// at, where arenas fill first, and pieces that are spread evenly over the rest and stand for it. Of shared memory the
// kernel looks up each page that this process has not touched, 0.14 µs: a gibibyte of a database took 36 ms.
u64 estimate_resident_bytes(u64 start, u64 bytes);

}  // namespace lw
