// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/sigbus_mask.h"

#include <ucontext.h>

#include "interposer/platform/syscalls.h"
#include "interposer/state/process.h"

namespace lw {

constinit __thread SigbusMask t_sigbus = SigbusMask::kUnasked;

namespace {

constexpr u64 kSigbus = u64{1} << (SIGBUS - 1);

void change_mask(int how) { sys::call(SYS_rt_sigprocmask, how, sys::word(&kSigbus), 0, sizeof kSigbus); }

bool is_blocked() {
  u64 now = 0;
  sys::call(SYS_rt_sigprocmask, SIG_BLOCK, 0, sys::word(&now), sizeof now);
  return (now & kSigbus) != 0;
}

bool is_pending() {
  u64 pending = 0;
  sys::call(SYS_rt_sigpending, sys::word(&pending), sizeof pending);
  return (pending & kSigbus) != 0;
}

}  // namespace

// Once the program has forbidden itself system calls there is no file to be at work on either. What we are about to do
// is written down first: a signal may come as soon as the mask has changed.
__attribute__((noinline)) bool LetSigbusIn::let_in() {
  if (t_sigbus == SigbusMask::kLetIn || load_relaxed(g_sealed) != 0) return false;
  if (t_sigbus == SigbusMask::kUnasked) t_sigbus = is_blocked() ? SigbusMask::kBlocked : SigbusMask::kOpen;
  if (t_sigbus != SigbusMask::kBlocked || is_pending()) return false;
  t_sigbus = SigbusMask::kLetIn;
  change_mask(SIG_UNBLOCK);
  return true;
}

__attribute__((noinline)) void LetSigbusIn::block_again() {
  if (t_sigbus != SigbusMask::kBlocked) change_mask(SIG_BLOCK);
  t_sigbus = SigbusMask::kBlocked;
}

// With all that it came with, and one for the process stays one for the process. That the kernel grants to the first
// thread only; from others it goes without the sender's name.
bool keep_pending(const siginfo_t& what, void* context) {
  if (t_sigbus != SigbusMask::kLetIn || what.si_code > 0) return false;
  t_sigbus = SigbusMask::kBlocked;
  static_cast<ucontext_t*>(context)->uc_sigmask.__val[0] |= kSigbus;
  const u32 pid = sys::process_id();
  if (what.si_code == SI_TKILL) {
    sys::call(SYS_rt_tgsigqueueinfo, pid, sys::thread_id(), SIGBUS, sys::word(&what));
  } else {
    const long sent = sys::call(SYS_rt_sigqueueinfo, pid, SIGBUS, sys::word(&what));
    if (sys::failed(sent)) sys::call(SYS_kill, pid, SIGBUS);
  }
  return true;
}

}  // namespace lw
