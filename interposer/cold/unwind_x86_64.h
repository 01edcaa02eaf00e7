// SPDX-License-Identifier: Apache-2.0
// What the unwinder knows about x86-64 Linux: the three registers of a walk, how to ask the kernel whether a word
// can be read, where a signal frame keeps the interrupted registers, what a call and a prologue look like.
#pragma once

#ifndef __x86_64__
#error "leakwatch unwinds x86-64 only; another machine needs its own version of interposer/cold/unwind_x86_64.*"
#endif

#include <errno.h>
#include <stddef.h>
#include <ucontext.h>

#include "interposer/platform/syscalls.h"
#include "snapshot/layout.h"

namespace lw {

inline constexpr u64 kPageBytes = 4096;
inline constexpr u32 kAddressBits = 47;  // of user space; a program has to ask for addresses above

inline u64 page_of(u64 address) { return address & ~(kPageBytes - 1); }

// All that a walk follows. `ip` is always a return address: the code that runs is the instruction before it.
struct Machine {
  u64 ip;
  u64 sp;
  u64 bp;
};

// The registers inside the function this is inlined into. `ip` points behind the first of the three instructions,
// so that ip - 1 lies in that instruction and unwind tables describe the very sp and bp that are read. The outputs
// are fixed because the compiler may otherwise choose rbp for one of them.
[[gnu::always_inline]] inline Machine machine_here() {
  Machine here;
  asm volatile(
      "leaq 0f(%%rip), %0\n"
      "0:\tmovq %%rsp, %1\n"
      "\tmovq %%rbp, %2"
      : "=a"(here.ip), "=c"(here.sp), "=d"(here.bp));
  return here;
}

// In assembler, because sanitizers must not look at it: the walk reads other functions' frames.
[[gnu::always_inline]] inline u64 load_word(u64 address) {
  u64 word;
  asm volatile("movq (%1), %0" : "=r"(word) : "r"(address));
  return word;
}

[[gnu::always_inline]] inline u64 load_word_before(u64 end) {
  u64 word;
  asm volatile("movq -8(%1), %0" : "=r"(word) : "r"(end));
  return word;
}

[[gnu::always_inline]] inline u32 load_half_word(u64 address) {
  u32 word;
  asm volatile("movl (%1), %0" : "=r"(word) : "r"(address));
  return word;
}

[[gnu::always_inline]] inline u8 load_byte(u64 address) {
  u32 byte;
  asm volatile("movzbl (%1), %0" : "=r"(byte) : "r"(address));
  return static_cast<u8>(byte);
}

// glibc puts a thread's control block at the upper end of its stack; only the first thread has it elsewhere.
inline u64 thread_control_block() {
  u64 self;
  asm("movq %%fs:0, %0" : "=r"(self));
  return self;
}

// Can the aligned word at this address be read? rt_sigprocmask copies the new mask in before it looks at `how`;
// with an impossible `how` it changes nothing and answers EFAULT or EINVAL. No descriptor, no errno, and every
// sandbox in which a libc works allows the call. Any other answer counts as no. About 150 ns.
inline bool can_read(u64 address) {
  constexpr long kNoSuchHow = -1;
  constexpr long kMaskBytes = 8;
  return sys::call(SYS_rt_sigprocmask, kNoSuchHow, static_cast<long>(address & ~7ULL), 0, kMaskBytes) == -EINVAL;
}

// When a handler returns into the trampoline, rsp points at the kernel's ucontext.
inline constexpr u64 kSignalSp = offsetof(ucontext_t, uc_mcontext.gregs[REG_RSP]);
inline constexpr u64 kSignalBp = offsetof(ucontext_t, uc_mcontext.gregs[REG_RBP]);
inline constexpr u64 kSignalIp = offsetof(ucontext_t, uc_mcontext.gregs[REG_RIP]);
static_assert(kSignalSp == 160 && kSignalBp == 120 && kSignalIp == 168);

// Is there a call instruction just before this address?
bool follows_call(u64 return_address);

// And may it have led to the code at `ip`? A direct call that leads elsewhere did not, unless it leads to a jump (an
// entry of a PLT).
bool call_may_lead_to(u64 return_address, u64 ip);

// Is there `push rbp; mov rbp, rsp` at this address? Evidence that the code behind it keeps a frame pointer, for code
// that nothing else is known about.
bool is_prologue(u64 address);

// How far before `ip` the nearest one is, within 8 KiB and not below `limit`. 0: there is none.
u64 distance_to_prologue(u64 ip, u64 limit);

}  // namespace lw
