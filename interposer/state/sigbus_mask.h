// SPDX-License-Identifier: Apache-2.0
// Where somebody has truncated the live file, the next access to it is a SIGBUS, which a handler turns into the end of
// watching (cold/lost_file.h). But a thread that has SIGBUS blocked, as worker threads of many servers have all
// signals, would be ended by the kernel. So while leakwatch is at work on the file such a thread lets SIGBUS in.
//
// What it costs: three system calls for each stay in the slow path of such a thread, one for the first stay of any
// thread and the first after it has changed its mask; nothing otherwise. A SIGBUS that is not the file's, and that the
// program has blocked, is sent again by the handler, so that it is pending as it would be without us; and while one is
// pending none is let in.
//
// Not noticed: a mask that changes by other ways than sigprocmask and pthread_sigmask while SIGBUS was let in before
// (siglongjmp, setcontext, the mask of a signal's action while its handler runs).
#pragma once

#include <signal.h>

#include "interposer/platform/local.h"
#include "snapshot/layout.h"

namespace lw {

enum class SigbusMask : u8 {
  kUnasked = 0,  // a new thread, or the program has changed its mask
  kOpen = 1,
  kBlocked = 2,
  kLetIn = 3,  // blocked by the program, let in by us
};
LW_LOCAL extern constinit __thread SigbusMask t_sigbus;

class LetSigbusIn {
 public:
  LetSigbusIn() : mine_(t_sigbus != SigbusMask::kOpen && let_in()) {}
  ~LetSigbusIn() {
    if (mine_) block_again();
  }
  LetSigbusIn(const LetSigbusIn&) = delete;
  LetSigbusIn& operator=(const LetSigbusIn&) = delete;

 private:
  static bool let_in();
  static void block_again();

  const bool mine_;
};

// Somebody sets the mask of the calling thread. In the midst of our own work that is libunwind, which puts it back, or
// a signal handler, at whose end the kernel does.
inline void notice_new_mask() {
  if (t_sigbus != SigbusMask::kLetIn) t_sigbus = SigbusMask::kUnasked;
}

// From the handler: a SIGBUS that was let in and is none of ours becomes pending again, and the mask with which the
// thread goes on blocks it. False: the program has not blocked it, so it is to be handled now.
bool keep_pending(const siginfo_t& what, void* context);

}  // namespace lw
