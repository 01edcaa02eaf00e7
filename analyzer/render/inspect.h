// SPDX-License-Identifier: Apache-2.0
// The raw content of one snapshot, as it stands in the file: nothing is judged here.
#pragma once

#include <string>
#include <vector>

#include "analyzer/base/terminal.h"
#include "snapshot/reader.h"

namespace lw {

struct SectionLook {
  u32 type;
  u64 offset;  // of the SectionHeader in the file
  u64 payload_bytes, records, checksum;
  bool intact;  // the payload is there and has this checksum
};

struct InspectedFile {
  std::string path;
  u64 bytes = 0;
  bool is_live = false;               // a live file has no sections; the rest is what a dump of it would hold
  std::vector<SectionLook> sections;  // as far as they could be walked
  Snapshot snapshot;
};

struct TableChoice {
  bool mappings = false, stacks = false, sites = false, releases = false, live = false, threads = false, memory = false;
};

const char* section_name(u32 type);          // "PROCESS"; "?" for one that this version does not know
const char* reason_name(DumpReason reason);  // "period", "signal", …
const char* reach_name(Reach reach);         // "unknown", "held", …
const char* where_name(ReachWhere where);    // "exit", "fork"

std::string inspect_text(const InspectedFile& file, const TableChoice& tables, const Terminal& terminal);
std::string inspect_json(const InspectedFile& file, const TableChoice& tables);

}  // namespace lw
