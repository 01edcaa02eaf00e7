// SPDX-License-Identifier: Apache-2.0
// exec: the process goes on, but as another program. The old one's last snapshot is taken and its live file removed
// before, because nobody could do it later: a shell would fill /dev/shm with the live files of its children.
//
// In assembler: execl and its kin pass their arguments in registers and on the stack, any number of them, and all that
// is to be done is to look and jump on. After an exec that fails the process is watched as before, only its live file
// has no name any more.
#include "interposer/cold/start.h"
#include "interposer/doors/door.h"
#include "interposer/platform/next_libc.h"

extern "C" LW_LOCAL void lw_notice_exec() { lw::stop_watching(false); }

#define LW_EXEC_DOOR(name)                 \
  asm(".text\n"                            \
      ".globl " #name                      \
      "\n"                                 \
      ".type " #name ", @function\n" #name \
      ":\n"                                \
      ".cfi_startproc\n"                   \
      "pushq %rdi\n"                       \
      ".cfi_adjust_cfa_offset 8\n"         \
      "pushq %rsi\n"                       \
      ".cfi_adjust_cfa_offset 8\n"         \
      "pushq %rdx\n"                       \
      ".cfi_adjust_cfa_offset 8\n"         \
      "pushq %rcx\n"                       \
      ".cfi_adjust_cfa_offset 8\n"         \
      "pushq %r8\n"                        \
      ".cfi_adjust_cfa_offset 8\n"         \
      "pushq %r9\n"                        \
      ".cfi_adjust_cfa_offset 8\n"         \
      "pushq %rax\n"                       \
      ".cfi_adjust_cfa_offset 8\n"         \
      "call lw_notice_exec\n"              \
      "popq %rax\n"                        \
      ".cfi_adjust_cfa_offset -8\n"        \
      "popq %r9\n"                         \
      ".cfi_adjust_cfa_offset -8\n"        \
      "popq %r8\n"                         \
      ".cfi_adjust_cfa_offset -8\n"        \
      "popq %rcx\n"                        \
      ".cfi_adjust_cfa_offset -8\n"        \
      "popq %rdx\n"                        \
      ".cfi_adjust_cfa_offset -8\n"        \
      "popq %rsi\n"                        \
      ".cfi_adjust_cfa_offset -8\n"        \
      "popq %rdi\n"                        \
      ".cfi_adjust_cfa_offset -8\n"        \
      "jmp *lw_next_" #name                \
      "(%rip)\n"                           \
      ".cfi_endproc\n"                     \
      ".size " #name ", . - " #name "\n")

LW_EXEC_DOOR(execve);
LW_EXEC_DOOR(execv);
LW_EXEC_DOOR(execvp);
LW_EXEC_DOOR(execvpe);
LW_EXEC_DOOR(execl);
LW_EXEC_DOOR(execlp);
LW_EXEC_DOOR(execle);
LW_EXEC_DOOR(fexecve);
LW_EXEC_DOOR(execveat);
