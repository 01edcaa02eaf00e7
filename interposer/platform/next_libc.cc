// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/next_libc.h"

#include <dlfcn.h>
#include <errno.h>

// What libc's syscall does, for the time before it is found.
extern "C" LW_LOCAL long lw_plain_syscall(long number, ...);
extern "C" __attribute__((used)) LW_LOCAL long lw_failed_syscall(long result) {
  errno = static_cast<int>(-result);
  return -1;
}
asm(R"(
        .text
        .type lw_plain_syscall, @function
lw_plain_syscall:
        .cfi_startproc
        movq %rdi, %rax
        movq %rsi, %rdi
        movq %rdx, %rsi
        movq %rcx, %rdx
        movq %r8, %r10
        movq %r9, %r8
        movq 8(%rsp), %r9
        syscall
        cmpq $-4095, %rax
        jae 1f
        ret
1:      movq %rax, %rdi
        jmp lw_failed_syscall
        .cfi_endproc
        .size lw_plain_syscall, . - lw_plain_syscall
)");

extern "C" {
long (*lw_next_syscall)(long, ...) = lw_plain_syscall;
void* lw_next_dlopen = nullptr;
void* lw_next_dlmopen = nullptr;
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

namespace {

constinit NextLibc g_next_libc{};

template <class Function>
void find(Function& entry, const char* name) {
  entry = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

void find_all() {
  find(g_next_libc.start_main, "__libc_start_main");
  find(g_next_libc.dlclose, "dlclose");
  find(g_next_libc.pthread_create, "pthread_create");
  find(g_next_libc.prctl, "prctl");
  find(g_next_libc.sigprocmask, "sigprocmask");
  find(g_next_libc.pthread_sigmask, "pthread_sigmask");
  find(g_next_libc.sigaction, "sigaction");
  find(g_next_libc.signal, "signal");
  find(g_next_libc.sysv_signal, "__sysv_signal");
  find(g_next_libc.sigset, "sigset");
  find(lw_next_syscall, "syscall");
  find(lw_next_dlopen, "dlopen");
  find(lw_next_dlmopen, "dlmopen");
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

}  // namespace

const NextLibc& next_libc() {
  if (g_next_libc.start_main == nullptr) find_all();
  return g_next_libc;
}

}  // namespace lw
