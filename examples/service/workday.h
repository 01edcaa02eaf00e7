// SPDX-License-Identifier: Apache-2.0
// For services without a network: they do a round of work at even distances until their time is up or they are told to
// stop. Flags are `--seconds N` and one that makes the service behave well.
#pragma once

#include <signal.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "arguments.h"

struct Workday {
  double seconds = 24;
  bool behaves_well = false;
};

inline volatile sig_atomic_t g_told_to_stop = 0;

// `good_flag` is the name of the flag that makes the service behave well.
inline Workday workday_from(int argc, char** argv, const char* good_flag) {
  Workday day;
  for (int i = 1; i < argc; ++i) {
    if (strcmp(argv[i], good_flag) == 0) {
      day.behaves_well = true;
    } else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc) {
      day.seconds = number_from<double>(argv[++i]);
    } else {
      fprintf(stderr, "usage: %s [--seconds N] [%s]\n", argv[0], good_flag);
      exit(2);
    }
  }
  for (const int signal_number : {SIGTERM, SIGINT}) signal(signal_number, [](int) { g_told_to_stop = 1; });
  return day;
}

// Calls round(number, seconds since the start) every `period` until the day is over.
template <typename Round>
void work_through(const Workday& day, std::chrono::milliseconds period, Round round) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  for (size_t number = 0; !g_told_to_stop; ++number) {
    const auto due = start + number * period;
    const double at_s = std::chrono::duration<double>(due - start).count();
    if (at_s >= day.seconds) return;
    std::this_thread::sleep_until(due);
    round(number, at_s);
  }
}
