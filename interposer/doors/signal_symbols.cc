// SPDX-License-Identifier: Apache-2.0
// All ways of libc to set or ask what is done about a signal. A program that asks is told what it would find without
// leakwatch.
#include "interposer/doors/door.h"
#include "interposer/platform/next_libc.h"
#include "interposer/state/sigbus_mask.h"
#include "interposer/state/signal_actions.h"

using namespace lw;

LW_DOOR int sigaction(int number, const struct sigaction* wanted, struct sigaction* before) {
  return change_action(number, wanted, before);
}
LW_DOOR int __sigaction(int number, const struct sigaction* wanted, struct sigaction* before) {
  return change_action(number, wanted, before);
}

// BSD's manner: the handler stays, interrupted calls go on. ssignal and bsd_signal are other names of it in glibc.
LW_DOOR PlainHandler signal(int number, PlainHandler wanted) {
  return change_handler(number, wanted, next_libc().signal);
}
LW_DOOR PlainHandler ssignal(int number, PlainHandler wanted) {
  return change_handler(number, wanted, next_libc().signal);
}
LW_DOOR PlainHandler bsd_signal(int number, PlainHandler wanted) {
  return change_handler(number, wanted, next_libc().signal);
}

// System V's: for one signal only, and interrupted calls fail. What `signal` means to a strict XOPEN program.
LW_DOOR PlainHandler sysv_signal(int number, PlainHandler wanted) {
  return change_handler(number, wanted, next_libc().sysv_signal);
}
LW_DOOR PlainHandler __sysv_signal(int number, PlainHandler wanted) {
  return change_handler(number, wanted, next_libc().sysv_signal);
}

LW_DOOR PlainHandler sigset(int number, PlainHandler wanted) {
  return change_handler(number, wanted, next_libc().sigset);
}

// The mask is the program's; what is kept of it is that it must be asked for again.
LW_DOOR int sigprocmask(int how, const sigset_t* wanted, sigset_t* before) {
  if (wanted != nullptr) notice_new_mask();
  return next_libc().sigprocmask(how, wanted, before);
}
LW_DOOR int pthread_sigmask(int how, const sigset_t* wanted, sigset_t* before) {
  if (wanted != nullptr) notice_new_mask();
  return next_libc().pthread_sigmask(how, wanted, before);
}
