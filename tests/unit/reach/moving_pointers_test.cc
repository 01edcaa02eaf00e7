// SPDX-License-Identifier: Apache-2.0
// A process that moves its pointers about as fast as it can is looked at again and again: nothing of it is lost. Each
// scan is what `report PID --reach` does: three looks, and the quick ones if something seems lost.
//   out/release/unit-tests '[ten-thousand-scans]'
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <vector>

#include "analyzer/reach/repeated_looks.h"

namespace lw {
namespace {

constexpr u32 kBlocks = 200, kSlots = 1 << 16;
constexpr u64 kBlockBytes = 64;
void* volatile g_slots[kSlots];

// Each block is always in a slot: the new one is written before the old one is emptied.
[[noreturn]] void shuffle(int to_parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (u32 i = 0; i < kBlocks; ++i) {
    void* volatile& slot = g_slots[i * (kSlots / kBlocks)];
    slot = std::malloc(kBlockBytes);
    if (write(to_parent, const_cast<void**>(&slot), sizeof slot) != sizeof slot) _exit(1);
  }
  u32 random = 1;
  for (u32 from = 0;; from = (from + 1) % kSlots) {
    if (g_slots[from] == nullptr) continue;
    u32 to;
    do {
      random = random * 1664525 + 1013904223;
      to = random >> 16;
    } while (g_slots[to] != nullptr);
    g_slots[to] = g_slots[from];
    g_slots[from] = nullptr;
  }
}

// Blocks that some scan called lost; the first scan that found one ends it.
u32 lost_in_scans(u32 scans) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) shuffle(ends[1]);
  std::vector<ScanBlock> blocks;
  for (u64 at = 0; blocks.size() < kBlocks && read(ends[0], &at, sizeof at) == sizeof at;) {
    blocks.push_back({at, at + kBlockBytes});
  }
  u32 lost = 0, scan = 0;
  const LookChoice choice{.looks = 3, .wait_ms = 1};
  for (; scan < scans && lost == 0; ++scan) {
    const LookResult result = look_repeatedly(static_cast<u64>(child), blocks, choice);
    for (u32 i = 0; i < blocks.size(); ++i) lost += !result.known[i] || result.marks[i] != Mark::kHeld;
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ends[0]);
  close(ends[1]);
  CHECK(blocks.size() == kBlocks);
  CHECK(scan == scans);
  return lost;
}

}  // namespace

TEST_CASE("pointers that move as fast as they can are not lost in 20 scans", "[reach]") {
  CHECK(lost_in_scans(20) == 0);
}

TEST_CASE("pointers that move as fast as they can are not lost in 10,000 scans", "[.][reach][ten-thousand-scans]") {
  CHECK(lost_in_scans(10000) == 0);
}

}  // namespace lw
