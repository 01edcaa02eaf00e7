// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/signal_actions.h"

#include "interposer/platform/next_libc.h"
#include "interposer/state/process.h"

namespace lw {
namespace {

// What the program believes to stand where our handler does: its own handler's address, and in the top bit, which no
// address has, whether that one takes three arguments. 0: the default.
constexpr u64 kTakesThree = u64{1} << 63;

struct SharedSignal {
  SignalHandler ours;  // null: not a signal that we share
  Manners manners;
  u64 behind;
};
SharedSignal g_shared[_NSIG];

SharedSignal* shared_signal(int number) {
  if (number <= 0 || number >= _NSIG || g_shared[number].ours == nullptr) return nullptr;
  return &g_shared[number];
}

bool is_ours(const SharedSignal& shared, const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == shared.ours;
}

bool stands(int number, const SharedSignal& shared, struct sigaction* now) {
  return next_libc().sigaction(number, nullptr, now) == 0 && is_ours(shared, *now);
}

PlainHandler handler_behind(u64 behind) { return reinterpret_cast<PlainHandler>(behind & ~kTakesThree); }

// The action that the kernel has, as the program would find it without us.
void show_as_the_programs(const SharedSignal& shared, u64 behind, struct sigaction& action) {
  if (!is_ours(shared, action)) return;
  if (behind == 0) {
    action = {};
    return;
  }
  action.sa_handler = handler_behind(behind);
  if ((behind & kTakesThree) == 0) action.sa_flags &= ~SA_SIGINFO;
}

// The program has changed the action. Ours takes its place again, with the same flags and mask, so that the program's
// handler runs under the conditions it asked for. Not in a child that only shares our memory: its actions are its own.
void take_the_front(int number, SharedSignal& shared) {
  struct sigaction action {};
  if (shared.manners != Manners::kStandInFront || shares_memory_with_process()) return;
  if (next_libc().sigaction(number, nullptr, &action) != 0 || is_ours(shared, action)) return;
  if (action.sa_handler == SIG_IGN) return;
  const bool takes_three = (action.sa_flags & SA_SIGINFO) != 0;
  store_release(shared.behind, reinterpret_cast<u64>(action.sa_handler) | (takes_three ? kTakesThree : 0));
  if (action.sa_handler == SIG_DFL) action.sa_flags = SA_RESTART | SA_ONSTACK;
  action.sa_sigaction = shared.ours;
  action.sa_flags |= SA_SIGINFO;
  next_libc().sigaction(number, &action, nullptr);
}

// The program sets the default where it already believes it to be.
bool changes_nothing(int number, const SharedSignal& shared, PlainHandler wanted) {
  struct sigaction now {};
  return wanted == SIG_DFL && load_acquire(shared.behind) == 0 && stands(number, shared, &now);
}

}  // namespace

void offer_handler(int number, SignalHandler ours, Manners manners) {
  struct sigaction action {};
  if (next_libc().sigaction(number, nullptr, &action) != 0 || action.sa_handler != SIG_DFL) return;
  action = {};
  action.sa_sigaction = ours;
  action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  if (next_libc().sigaction(number, &action, nullptr) != 0) return;
  g_shared[number].manners = manners;
  g_shared[number].ours = ours;
}

SignalHandler handler_of_program(int number) {
  return reinterpret_cast<SignalHandler>(load_acquire(g_shared[number].behind) & ~kTakesThree);
}

int change_action(int number, const struct sigaction* wanted, struct sigaction* before) {
  SharedSignal* shared = shared_signal(number);
  if (shared == nullptr) return next_libc().sigaction(number, wanted, before);
  if (wanted != nullptr && changes_nothing(number, *shared, wanted->sa_handler)) {
    if (before != nullptr) *before = {};
    return 0;
  }
  const u64 behind = load_acquire(shared->behind);
  const int status = next_libc().sigaction(number, wanted, before);
  if (status == 0 && before != nullptr) show_as_the_programs(*shared, behind, *before);
  if (status == 0 && wanted != nullptr) take_the_front(number, *shared);
  return status;
}

PlainHandler change_handler(int number, PlainHandler wanted, PlainHandler (*set)(int, PlainHandler)) {
  SharedSignal* shared = shared_signal(number);
  if (shared == nullptr) return set(number, wanted);
  if (changes_nothing(number, *shared, wanted)) return SIG_DFL;
  const u64 behind = load_acquire(shared->behind);
  const PlainHandler before = set(number, wanted);
  take_the_front(number, *shared);
  const bool was_ours = reinterpret_cast<u64>(before) == reinterpret_cast<u64>(shared->ours);
  return was_ours ? handler_behind(behind) : before;
}

}  // namespace lw
