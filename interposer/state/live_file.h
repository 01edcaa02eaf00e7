// SPDX-License-Identifier: Apache-2.0
// Makes the live file of this process and the private indexes over it, and takes them away again.
#pragma once

#include "interposer/state/process.h"

namespace lw {

// Precondition: stage is kStarting and this thread is the one that starts. Creates, reserves and maps the file,
// fills in who this process is. On failure says one sentence and returns false; nothing is left behind then.
bool open_live_file();

// The file's name while the process runs; "" if it has none (memory only).
const char* live_file_path();

// Normal end: everything is in a snapshot, the file goes. The mapping stays, since other threads may still use it.
void remove_live_file();

}  // namespace lw
