// SPDX-License-Identifier: Apache-2.0
// Where the tables of a live file lie: how a new file is divided among them, and how somebody who does not
// trust the file finds them.
#pragma once

#include "snapshot/encode.h"
#include "snapshot/live_layout.h"

namespace lw {

inline constexpr u64 kDefaultLiveBytes = 16ull << 20;
inline constexpr u64 kMinLiveBytes = 1ull << 20;

// Divides file_bytes zero bytes that begin at `header` among the tables and marks them as an empty live file. Returns
// how many of the bytes are in use, or 0 if they are too few. The magic is stored last and with release: who fills in
// the rest of the header before never shows half of it to a reader outside.
u64 lay_out_live(LiveHeader* header, u64 file_bytes);

// First record of a table; for the process whose file it is, which may trust its own header.
template <class T>
inline T* table(LiveHeader* header, TableId id) {
  return reinterpret_cast<T*>(reinterpret_cast<u8*>(header) + header->tables[static_cast<u32>(id)].offset);
}

// The records of a table that lie inside the file and have been handed out. Nothing in them is checked.
template <class T>
struct TableView {
  const T* records = nullptr;
  u64 count = 0;

  const T& operator[](u64 number) const { return records[number]; }
};

struct LiveTables {
  TableView<LiveSample> live;
  TableView<SiteFrees> site_frees;
  TableView<ReleaseRecord> releases;
  TableView<Site> sites;
  TableView<ThreadRecord> threads;
  TableView<KeptStack> stacks;
  TableView<u64> frames;
  TableView<MemoryPoint> memory;
  TableView<Mapping> mappings;
  TableView<u8> text;
};

// Looks at every span once, and takes the table for empty where check_live() would refuse it: the header may have
// changed since. Who points is counted before what it points to, so that a record found valid refers to one counted.
LiveTables look_at_tables(const LiveView& live);

// The text table anew: a record that was given to another object since the tables were looked at points to later text.
TableView<u8> look_at_text(const LiveView& live);

}  // namespace lw
