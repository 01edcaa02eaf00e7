// SPDX-License-Identifier: Apache-2.0
// A Snapshot in memory → a live file in memory → bytes on disk, through the encoder that every snapshot goes through.
#pragma once

#include <string>

#include "snapshot/reader.h"

namespace lw::golden {

void write_snapshot(const Snapshot& shot, const std::string& path);   // leakwatch….lws
void write_live_file(const Snapshot& shot, const std::string& path);  // as a killed process leaves it

}  // namespace lw::golden
