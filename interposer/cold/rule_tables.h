// SPDX-License-Identifier: Apache-2.0
// Reads a rule straight out of an object's unwind tables, where they say it in the way that compilers and linkers say
// nearly everything: .eh_frame_hdr with a sorted table, pc-relative addresses, a CFA of rsp or rbp plus a constant.
// Anything else is left to libunwind, which knows all ways; docs/unwinding.md says what is gained.
#pragma once

#include "interposer/cold/rule_objects.h"
#include "interposer/cold/rule_word.h"

namespace lw {

// The table in .eh_frame_hdr: `entries` pairs of two 32-bit offsets from `base`, the header's address: a function's
// start and its entry in .eh_frame. Sorted by the starts.
struct SortedTable {
  static constexpr u64 kHeaderBytes = 12;
  static constexpr u64 kEntryBytes = 8;

  u64 base;
  u32 entries;

  u64 first() const { return base + kHeaderBytes; }
};

// False: there is none, or not in the encodings that all linkers write (libunwind can search it only in these).
bool find_sorted_table(ObjectReader* reader, SortedTable* table);

// The rule for the instruction at `code`, which lies in the reader's object: a plain one, or none (ask libunwind).
// Reads nothing but what can be read, however damaged the tables are; no system calls but the probes of new pages, no
// lock, half a kibibyte of stack.
Rule rule_from_tables(ObjectReader* reader, u64 code);

}  // namespace lw
