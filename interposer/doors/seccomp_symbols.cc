// SPDX-License-Identifier: Apache-2.0
// The two functions by which a program restricts its own system calls. leakwatch must have made its last one before.
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include "interposer/cold/start.h"
#include "interposer/doors/door.h"
#include "interposer/platform/next_libc.h"

using namespace lw;

LW_DOOR int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
  if (option == PR_SET_SECCOMP) seal_watching();
  return next_libc().prctl(option, a, b, c, d);
}

// libseccomp also calls to ask what the kernel knows, with arguments that cannot take effect: these seal nothing.
extern "C" LW_LOCAL void lw_notice_system_call(long number, unsigned long a, unsigned long b, const void* c) {
  const bool strict = a == SECCOMP_SET_MODE_STRICT && b == 0;
  const bool filter = a == SECCOMP_SET_MODE_FILTER && c != nullptr;
  const bool seals = number == SYS_seccomp ? strict || filter : a == PR_SET_SECCOMP;
  if (seals) seal_watching();
}

// syscall(number, …). In assembler, because a call such as vfork returns twice: no frame of ours may be on the stack
// then, so everything but seccomp and prctl jumps straight on.
asm(R"(
        .text
        .globl syscall
        .type syscall, @function
syscall:
        .cfi_startproc
        cmpq $317, %rdi          # SYS_seccomp
        je 1f
        cmpq $157, %rdi          # SYS_prctl
        je 1f
        jmp *lw_next_syscall(%rip)
1:      pushq %rdi
        .cfi_adjust_cfa_offset 8
        pushq %rsi
        .cfi_adjust_cfa_offset 8
        pushq %rdx
        .cfi_adjust_cfa_offset 8
        pushq %rcx
        .cfi_adjust_cfa_offset 8
        pushq %r8
        .cfi_adjust_cfa_offset 8
        call lw_notice_system_call
        popq %r8
        .cfi_adjust_cfa_offset -8
        popq %rcx
        .cfi_adjust_cfa_offset -8
        popq %rdx
        .cfi_adjust_cfa_offset -8
        popq %rsi
        .cfi_adjust_cfa_offset -8
        popq %rdi
        .cfi_adjust_cfa_offset -8
        jmp *lw_next_syscall(%rip)
        .cfi_endproc
        .size syscall, . - syscall
)");
static_assert(SYS_seccomp == 317 && SYS_prctl == 157);
