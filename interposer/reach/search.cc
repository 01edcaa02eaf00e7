// SPDX-License-Identifier: Apache-2.0
#include "interposer/reach/search.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "interposer/platform/atomic.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/log.h"
#include "interposer/platform/options.h"
#include "interposer/platform/syscalls.h"
#include "interposer/reach/search_memory.h"
#include "interposer/state/process.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

namespace lw {
namespace {

// Other threads move their pointers about while we look; a look misses one that jumps about with probability 1/e.
constexpr u32 kMostLooks = 16;
constexpr u64 kMostLooksNs = 200'000'000;
constexpr i64 kPauseNs = 2'000'000;  // between two looks

Surroundings g_around;  // one search at a time

bool is_wanted_at_exit() {
  switch (g_options.reach.mode) {
    case ReachMode::kExit:
      return true;
    case ReachMode::kAuto:
      return (process().live->process_flags & kProcessExact) != 0;
    case ReachMode::kOff:
    case ReachMode::kFork:
      break;
  }
  return false;
}

// A second thread may end the process while the first is at it; a forked child begins anew.
bool is_first() {
  static u32 searched_by = 0;
  const u32 pid = sys::process_id();
  const u32 before = load_relaxed(searched_by);
  return before != pid && replace(searched_by, before, pid);
}

void look_around() {
  g_around.clear();
  g_around.look_at_other_threads();
  g_around.look_at_epoll_sets();
  g_around.look_at_timers();
}

bool look_often_enough(Search& search) {
  for (u32 looks = 0;; ++looks) {
    const bool alone = looks > 0 && g_around.other_threads == 0;
    const bool long_enough = looks >= kLeastLooksBesideThreads && monotonic_ns() - search.began_ns() > kMostLooksNs;
    if (alone || looks == kMostLooks || long_enough) return true;
    if (looks > 0) sys::sleep_ns(kPauseNs);
    look_around();
    if (!search.look(g_around)) return false;
  }
}

// The child: nobody is told of it, no handler of the program's may run in it, and it keeps none of the program's
// connections open.
[[noreturn]] void search_and_go(LiveHeader* live, const Caller& caller, u32 parent, CopiedPages copied) {
  sys::call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
  sys::call(SYS_setpriority, PRIO_PROCESS, 0, 19);
  if (static_cast<u32>(sys::call(SYS_getppid)) == parent) {
    g_around.look_at_epoll_sets();
    sys::call(SYS_close_range, 0, ~0u, 0);
    process().live = live;  // the kernel has wiped our copy of the private state
    Search search(live, caller, monotonic_ns() + kMostSearchNs);
    search.watch(&copied);
    if (search.prepare()) {
      const bool done = search.look(g_around);
      if (done) search.store_marks(g_around, true);
      search.tell(ReachWhere::kFork, !done, true);
    }
  }
  for (;;) sys::call(SYS_exit_group, 0);
}

// The child at work; 0 = none. After a fork of the program's these are its parent's, and mean nothing.
u32 g_child = 0, g_child_owner = 0, g_child_busy = 0;

// One thread at a time deals with the child; the others pass by. Nobody else waits for one that sends no signal.
class ChildTurn {
 public:
  ChildTurn() {
    const u32 pid = process().pid, seen = load_relaxed(g_child_busy);
    mine_ = seen != pid && replace(g_child_busy, seen, pid);
    if (!mine_) return;
    const bool inherited = g_child_owner != pid;
    g_child_owner = pid;
    const bool gone = inherited || (g_child != 0 && sys::call(SYS_wait4, g_child, 0, WNOHANG | __WCLONE) != 0);
    if (gone) store_relaxed(g_child, 0u);
  }
  ~ChildTurn() {
    if (mine_) store_release(g_child_busy, 0u);
  }
  ChildTurn(const ChildTurn&) = delete;
  ChildTurn& operator=(const ChildTurn&) = delete;

  bool mine() const { return mine_; }

 private:
  bool mine_;
};

void tell_too_large(ReachScan& scan) {
  store_relaxed(scan.flags, u32{kReachCutShort} | u32{kReachTooLarge});
  store_relaxed(scan.began_ns, monotonic_ns());
  store_relaxed(scan.duration_ns, u64{0});
  store_relaxed(scan.pause_ns, u64{0});
  store_relaxed(scan.words, u64{0});
  store_relaxed(scan.blocks, u64{0});
  store_release(scan.where, ReachWhere::kFork);
}

void start_child(const Caller& caller) {
  constexpr u64 kAllSignals = ~u64{0};
  u64 before = 0;
  LiveHeader* live = process().live;
  const u64 pages = own_pages(), most_ns = g_options.reach_pause.ns;
  if (most_ns != 0 && expected_pause_ns(pages) > most_ns) return tell_too_large(live->reach);
  const u32 pid = process().pid;
  g_around.clear();
  g_around.look_at_other_threads();
  g_around.look_at_timers();
  CopiedPages copied;
  copied.begin(g_options.reach_copy.bytes);
  sys::call(SYS_rt_sigprocmask, SIG_SETMASK, sys::word(&kAllSignals), sys::word(&before), sizeof before);
  const u64 began_ns = monotonic_ns(), worked_ns = read_clock_ns(CLOCK_THREAD_CPUTIME_ID);
  const long result = sys::call(SYS_clone, 0 /* no signal at its end */);
  if (result == 0) search_and_go(live, caller, pid, copied);
  const u64 pause_ns = monotonic_ns() - began_ns;
  sys::call(SYS_rt_sigprocmask, SIG_SETMASK, sys::word(&before), 0, sizeof before);
  if (sys::failed(result)) return;
  learn_pause(pages, read_clock_ns(CLOCK_THREAD_CPUTIME_ID) - worked_ns);
  store_relaxed(g_child, static_cast<u32>(result));
  store_relaxed(live->reach.pause_ns, pause_ns);
}

}  // namespace

__attribute__((noinline)) void search_at_exit() {
  if (!is_wanted_at_exit() || !is_first()) return;
  Caller caller;
  LW_FIND_CALLER(caller);
  skip_ending_frames(caller);
  Search search(process().live, caller, monotonic_ns() + kMostSearchNs);
  if (!search.prepare()) return;
  const bool done = look_often_enough(search);
  const bool still = g_around.other_threads == 0;
  if (done) search.store_marks(g_around, still);
  search.tell(ReachWhere::kExit, !done, still);
  search.leave();
}

__attribute__((noinline)) void search_in_fork() {
  if (g_options.reach.mode != ReachMode::kFork) return;
  ChildTurn turn;
  Caller caller;
  LW_FIND_CALLER(caller);
  if (turn.mine() && g_child == 0) start_child(caller);
}

void tend_search_child() {
  if (load_relaxed(g_child) != 0) ChildTurn();
}

}  // namespace lw
