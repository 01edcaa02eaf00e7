// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/next_libc.h"

#include <dlfcn.h>

extern "C" {
long (*lw_next_syscall)(long, ...) = nullptr;
}

namespace lw {

constinit NextLibc g_next_libc{};

namespace {

template <class Function>
void find(Function& entry, const char* name) {
  entry = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

void find_next_libc() {
  find(g_next_libc.start_main, "__libc_start_main");
  find(g_next_libc.dlclose, "dlclose");
  find(g_next_libc.prctl, "prctl");
  find(lw_next_syscall, "syscall");
}

}  // namespace lw
