// SPDX-License-Identifier: Apache-2.0
// From the payload of one section to its records; private to snapshot/reader*.cc.
#pragma once

#include "snapshot/reader.h"
#include "snapshot/reader_cursor.h"

namespace lw {

// Reads up to `records` records into the snapshot. Stops at the first that is not one (the cursor then says why);
// those before it stay. Returns how many were read.
using SectionReader = u64 (*)(Cursor& cursor, u64 records, Snapshot& snapshot);

struct SectionKind {
  SectionType type;
  const char* name;  // as in docs/snapshot-format.md
  bool single;       // one record, which may grow at its end
  SectionReader read;
};

// In an order in which none refers to a later one.
std::span<const SectionKind> section_kinds();

}  // namespace lw
