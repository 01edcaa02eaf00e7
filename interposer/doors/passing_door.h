// SPDX-License-Identifier: Apache-2.0
// A door that only looks at who passes: `notice` is called with the arguments of the call, and then the next function
// is jumped to, through `lw_next_NAME`. In assembler, because it must see the program's return address and not one of
// ours (the loader finds libraries by its caller's RUNPATH), and any number of arguments where they were put: all six
// registers that carry some are saved, and %rax, which counts those in vector registers. Seven pushes and the return
// address are 64 bytes: the stack is aligned for the call as it was for this one.
#pragma once

#define LW_SAVE(name) "pushq %" #name "\n.cfi_adjust_cfa_offset 8\n"
#define LW_RESTORE(name) "popq %" #name "\n.cfi_adjust_cfa_offset -8\n"
#define LW_SAVE_ALL LW_SAVE(rdi) LW_SAVE(rsi) LW_SAVE(rdx) LW_SAVE(rcx) LW_SAVE(r8) LW_SAVE(r9) LW_SAVE(rax)
#define LW_RESTORE_ALL \
  LW_RESTORE(rax) LW_RESTORE(r9) LW_RESTORE(r8) LW_RESTORE(rcx) LW_RESTORE(rdx) LW_RESTORE(rsi) LW_RESTORE(rdi)

// clang-format off
#define LW_PASSING_DOOR(name, notice)                      \
  asm(".text\n"                                            \
      ".globl " #name "\n"                                 \
      ".type " #name ", @function\n"                       \
      #name ":\n"                                          \
      ".cfi_startproc\n"                                   \
      LW_SAVE_ALL                                          \
      "call " #notice "\n"                                 \
      LW_RESTORE_ALL                                       \
      "jmp *lw_next_" #name "(%rip)\n"                     \
      ".cfi_endproc\n"                                     \
      ".size " #name ", . - " #name "\n")
// clang-format on
