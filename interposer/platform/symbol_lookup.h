// SPDX-License-Identifier: Apache-2.0
// What dlsym(RTLD_NEXT) finds, without dlsym: a name that nobody defines makes dlsym allocate the text of its error,
// and there are moments when nothing may be allocated (an allocator linked into the executable is not ready before
// libc's constructor).
#pragma once

namespace lw {

// The function `name` as the objects that were loaded after this one define it, or nullptr. Reads the loader's list of
// objects: before main, or while nobody loads or unloads.
void* find_after_us(const char* name);

}  // namespace lw
