// SPDX-License-Identifier: Apache-2.0
// leakwatch's own memory in this process, for the receipt.
#pragma once

#include "interposer/cold/unwind.h"
#include "interposer/platform/pages.h"
#include "interposer/state/live_table.h"

namespace lw {

// Resident bytes: what of the live file has been reserved, and what of the private pages has been touched.
inline u64 own_resident_bytes() {
  const Process& p = process();
  u64 bytes = kLiveHeaderBytes + unwind_own_bytes();
  for (const u64 reserved : p.reserved) bytes += reserved;
  bytes += resident_bytes(p.live_cells, p.index_bytes);
  bytes += resident_bytes(&g_wiped, sizeof g_wiped);
  return bytes;
}

}  // namespace lw
