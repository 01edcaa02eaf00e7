// SPDX-License-Identifier: Apache-2.0
// Code that comes and goes. dlclose makes addresses meaningless. dlopen is looked at for one thing: a library loaded
// with RTLD_DEEPBIND, or into a namespace of its own, finds another malloc than ours, and that must be known.
#include <dlfcn.h>

#include "interposer/cold/coverage.h"
#include "interposer/doors/door.h"
#include "interposer/doors/passing_door.h"
#include "interposer/dump/mappings.h"
#include "interposer/platform/next_libc.h"

using namespace lw;

LW_DOOR int dlclose(void* handle) {
  const int status = next_libc().dlclose(handle);
  code_is_unloaded();
  return status;
}

extern "C" LW_LOCAL void lw_notice_dlopen(const char* path, int flags) {
  next_libc();
  code_is_loaded();
  if (path != nullptr && (flags & RTLD_DEEPBIND) != 0) notice_uncovered_library(path);
}
extern "C" LW_LOCAL void lw_notice_dlmopen(Lmid_t space, const char* path) {
  next_libc();
  code_is_loaded();
  if (path != nullptr && space != LM_ID_BASE) notice_uncovered_library(path);
}

LW_PASSING_DOOR(dlopen, lw_notice_dlopen);
LW_PASSING_DOOR(dlmopen, lw_notice_dlmopen);
