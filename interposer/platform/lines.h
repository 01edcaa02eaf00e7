// SPDX-License-Identifier: Apache-2.0
// The lines of a file of /proc, and the names in a folder of it, one by one, out of a fixed buffer.
#pragma once

#include "snapshot/layout.h"

namespace lw {

// Calls `visit(self, line)` for each line, which ends in NUL instead of a newline and is gone at the next. One of more
// than 4094 characters is left out. False if the file cannot be opened.
bool read_lines(const char* path, void* self, void (*visit)(void* self, char* line));

// Calls `visit(self, name)` for each entry but . and ..; false if the folder cannot be opened.
bool read_folder(const char* path, void* self, void (*visit)(void* self, const char* name));

}  // namespace lw
