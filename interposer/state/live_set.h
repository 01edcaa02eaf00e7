// SPDX-License-Identifier: Apache-2.0
// The live set: the sampled blocks that have not been freed. Records lie dense in the live file; a private index
// of cells finds them by address.
//
//   cell = record number + 1 : 32 | fingerprint of the address : 30 | held : 1 | freed : 1       0 = empty
//
// An address may stand in any cell of two windows that start at its hash: a short one in a table of a few pages, and
// one of 64 cells in a table of a mebibyte, for those that found no place in the first. So a program with a few hundred
// samples touches eight pages of the index instead of one for each sample. Nothing is ever moved and there are no
// tombstones: a removed cell is simply 0 again, because a search always reads both windows.
//
// Who may do what at the same time. A block belongs to one caller from malloc to free, so two operations on the
// same live address never overlap, except with the thinner and, for an instant, with a dump:
//  1. insert: claims an empty cell by compare-and-swap, after the record is complete.
//  2. take: empties the cell by compare-and-swap; who succeeds owns the record and gives it back.
//  3. thin: sets `held` on a cell, so that a taker cannot have it; a taker who meets `held` sets `freed` and goes
//     away, and the thinner does its work for it. Nobody waits for anybody.
//  4. a dump reads records without a cell: it sees an address that is not zero, and may see a sample that is
//     just being freed. That is one sample's worth of one instant.
#pragma once

#include "interposer/state/process.h"

namespace lw {

// How many cells both tables of the private index have for `capacity` records. They are zeroed at first; the small
// table comes first.
inline constexpr u64 kNearCells = 4096;
u64 live_cell_count(u32 capacity);
inline u64 live_cell_mask(u64 cells) { return cells - kNearCells - 1; }  // of the large table

// Enters a sample; all fields but next_free are taken from `sample`. False if there is no room (the caller counts
// the drop: `full` tells which).
bool insert_sample(const LiveSample& sample, DropReason* full);

// Removes the sample at `address` and copies it to *sample. False if the address is not in the set, or if the
// thinner has it in hand: then it will do what follows (see thin_samples).
bool take_sample(u64 address, LiveSample* sample);

// Copies the sample at `address` to *sample and leaves it where it is. False if the address is not in the set. The
// block must be the caller's; even so the thinner may take its sample away at any time.
bool find_sample(u64 address, LiveSample* sample);

// Calls `visit(self, sample)` for every sample, each held against removal meanwhile; `visit` may change the
// interval. It answers whether the sample stays. `freed(self, sample)` is called for one that was freed while held.
struct ThinVisitor {
  void* self;
  bool (*visit)(void* self, LiveSample& sample);
  void (*freed)(void* self, const LiveSample& sample);
};
void thin_samples(const ThinVisitor& visitor);

u64 live_sample_count();
u32 live_sample_capacity();

}  // namespace lw
