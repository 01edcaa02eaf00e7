// SPDX-License-Identifier: Apache-2.0
// Who may enter libunwind. Its memory pools have a mutex, taken with all signals blocked. That makes it safe for
// threads and signal handlers, but not for fork: a child inherits a mutex that another thread held, and nobody will
// ever unlock it. So the gate counts the threads inside. The count is ordinary memory; a child finds it as it was
// at the moment of the fork. If it is not zero, the gate stays shut in that child for good: it lives on the rules that
// it inherited and those that the tables tell without libunwind (rule_tables.h), and stacks end at any other address.
#pragma once

#include <atomic>

#include "snapshot/layout.h"

namespace lw {

class LibraryGate {
 public:
  // `process` is the caller's process id, asked for anew: it is how a child notices that it is one.
  bool enter(u32 process) {
    u64 seen = word_.load(std::memory_order_relaxed);
    for (;;) {
      u64 next = seen;
      if (process_of(seen) != process) {
        const bool someone_inside = seen % kShut != 0 || (seen & kShut) != 0;
        next = static_cast<u64>(process) << 32 | (someone_inside && process_of(seen) != 0 ? kShut : 0);
      }
      const bool shut = (next & kShut) != 0;
      if (!shut) ++next;
      if (word_.compare_exchange_weak(seen, next, std::memory_order_acquire)) return !shut;
    }
  }

  void leave() {
    u64 seen = word_.load(std::memory_order_relaxed);
    // Zero inside: a signal handler interrupted us in the library, forked, and the child's count began anew.
    while (seen % kShut != 0 && !word_.compare_exchange_weak(seen, seen - 1, std::memory_order_release)) {
    }
  }

 private:
  static constexpr u64 kShut = 1ULL << 31;
  static u32 process_of(u64 word) { return static_cast<u32>(word >> 32); }

  std::atomic<u64> word_ = 0;  // process id, shut, threads inside: 32 + 1 + 31 bits
};

}  // namespace lw
