// SPDX-License-Identifier: Apache-2.0
// How the programs of this suite find the plugins beside them.
#pragma once

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline void* open_plugin(const char* name, int flags) {
  char path[PATH_MAX] = "";
  if (readlink("/proc/self/exe", path, sizeof path - 1) < 0) abort();
  strcpy(strrchr(path, '/') + 1, name);
  void* plugin = dlopen(path, flags);
  if (plugin == NULL) {
    puts(dlerror());
    exit(1);
  }
  return plugin;
}
