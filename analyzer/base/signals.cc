// SPDX-License-Identifier: Apache-2.0
#include "analyzer/base/signals.h"

#include <sys/signalfd.h>

#include <csignal>

namespace lw {

Signals::Signals(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  descriptor_ = Descriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

std::optional<int> Signals::next() {
  signalfd_siginfo received{};
  if (read(descriptor_.number(), &received, sizeof received) != sizeof received) return {};
  return static_cast<int>(received.ssi_signo);
}

void Signals::suffer(int signal) {
  struct sigaction before {
  }, usual{};
  usual.sa_handler = SIG_DFL;
  sigaction(signal, &usual, &before);
  sigset_t set, mask;
  sigemptyset(&set);
  sigaddset(&set, signal);
  raise(signal);  // blocked still: it strikes when it no longer is
  pthread_sigmask(SIG_UNBLOCK, &set, &mask);
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  sigaction(signal, &before, nullptr);
}

}  // namespace lw
