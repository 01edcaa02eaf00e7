// SPDX-License-Identifier: Apache-2.0
// The functions of libc that our doors stand in front of, beside the allocator's.
#pragma once

#include <pthread.h>

#include "interposer/platform/local.h"

namespace lw {

struct NextLibc {
  int (*start_main)(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
  int (*dlclose)(void*);
  int (*pthread_create)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  int (*prctl)(int, unsigned long, unsigned long, unsigned long, unsigned long);
};

LW_LOCAL extern NextLibc g_next_libc;

// Before any of the doors is used: from the first constructor.
void find_next_libc();

}  // namespace lw

// Apart from the others and with plain names, because the doors that use them are written in assembler.
extern "C" {
LW_LOCAL extern long (*lw_next_syscall)(long, ...);
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
