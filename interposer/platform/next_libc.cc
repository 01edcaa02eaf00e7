// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/next_libc.h"

#include <dlfcn.h>

extern "C" {
long (*lw_next_syscall)(long, ...) = nullptr;
void* lw_next_execve = nullptr;
void* lw_next_execv = nullptr;
void* lw_next_execvp = nullptr;
void* lw_next_execvpe = nullptr;
void* lw_next_execl = nullptr;
void* lw_next_execlp = nullptr;
void* lw_next_execle = nullptr;
void* lw_next_fexecve = nullptr;
void* lw_next_execveat = nullptr;
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
  find(g_next_libc.pthread_create, "pthread_create");
  find(g_next_libc.prctl, "prctl");
  find(lw_next_syscall, "syscall");
  find(lw_next_execve, "execve");
  find(lw_next_execv, "execv");
  find(lw_next_execvp, "execvp");
  find(lw_next_execvpe, "execvpe");
  find(lw_next_execl, "execl");
  find(lw_next_execlp, "execlp");
  find(lw_next_execle, "execle");
  find(lw_next_fexecve, "fexecve");
  find(lw_next_execveat, "execveat");
}

}  // namespace lw
