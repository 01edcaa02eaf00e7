// SPDX-License-Identifier: Apache-2.0
// The memory of a running process, read from outside while it runs on. Nothing is stopped and nothing written; pages
// that the process has never touched are not touched by us either, for reading them would make page tables for them.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "snapshot/layout.h"

namespace lw {

class ProcessMemory {
 public:
  explicit ProcessMemory(u64 pid);
  ~ProcessMemory();
  ProcessMemory(const ProcessMemory&) = delete;
  ProcessMemory& operator=(const ProcessMemory&) = delete;

  // Empty if the memory may be read; else a sentence that names the right or setting which is missing.
  std::string why_not() const;

  // What ReachPass asks for (snapshot/reach_pass.h).
  u64 read(u64 from, void* to, u64 bytes);
  u64 present(u64 from, u64 end);
  u64 root(u64 from, u64 end);
  bool word(u64 address, u64& value);
  bool out_of_time() const;

  // A pass over this memory stops when this thread has taken so much more processor time.
  void stop_after(f64 seconds);

  // From now on only these pages (sorted addresses) count as roots; nullptr: all again. They are not copied.
  void look_only_at(const std::vector<u64>* pages) { only_ = pages; }

 private:
  u64 chosen_bytes(u64 from, u64 bytes) const;

  u64 pid_;
  int pagemap_;               // -1 if it cannot be had: then everything is read
  std::vector<u64> entries_;  // of /proc/PID/pagemap, from entries_at_ on
  u64 entries_at_ = 0, entries_end_ = 0;
  std::vector<u64> window_;  // for word()
  u64 window_at_ = 0, window_end_ = 0;
  const std::vector<u64>* only_ = nullptr;
  f64 deadline_s_ = std::numeric_limits<f64>::infinity();
};

}  // namespace lw
