// SPDX-License-Identifier: Apache-2.0
// The functions of libc that our doors stand in front of, beside the allocator's.
#pragma once

#include <pthread.h>
#include <signal.h>

#include "interposer/platform/local.h"

namespace lw {

struct NextLibc {
  int (*start_main)(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
  int (*dlclose)(void*);
  int (*pthread_create)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  int (*prctl)(int, unsigned long, unsigned long, unsigned long, unsigned long);
  int (*sigprocmask)(int, const sigset_t*, sigset_t*);
  int (*pthread_sigmask)(int, const sigset_t*, sigset_t*);
  int (*sigaction)(int, const struct sigaction*, struct sigaction*);
  void (*(*signal)(int, void (*)(int)))(int);
  void (*(*sysv_signal)(int, void (*)(int)))(int);
  void (*(*sigset)(int, void (*)(int)))(int);
};

// Found at the first question: at the latest from the first constructor, earlier if a resolver of an indirect function
// or an allocator calls one of our doors while the loader still relocates.
const NextLibc& next_libc();

}  // namespace lw

// Apart from the others and with plain names, because the doors that use them are written in assembler. `syscall` works
// before it is found: tcmalloc's first malloc calls it. Nobody calls an exec before the first constructor.
extern "C" {
LW_LOCAL extern long (*lw_next_syscall)(long, ...);
LW_LOCAL extern void* lw_next_dlopen;
LW_LOCAL extern void* lw_next_dlmopen;
LW_LOCAL extern void* lw_next_execve;
LW_LOCAL extern void* lw_next_execv;
LW_LOCAL extern void* lw_next_execvp;
LW_LOCAL extern void* lw_next_execvpe;
LW_LOCAL extern void* lw_next_execl;
LW_LOCAL extern void* lw_next_execlp;
LW_LOCAL extern void* lw_next_execle;
LW_LOCAL extern void* lw_next_fexecve;
LW_LOCAL extern void* lw_next_execveat;
}
