// SPDX-License-Identifier: Apache-2.0
// What the kernel says about mappings, threads and what it keeps, as text.
#include <catch2/catch.hpp>

#include "analyzer/reach/address_space.h"
#include "analyzer/reach/kernel_words.h"
#include "analyzer/reach/look.h"
#include "analyzer/reach/thread_state.h"

namespace lw {

TEST_CASE("a waiting thread shows its arguments and its stack, a running one nothing", "[reach]") {
  const ThreadState waiting = parse_syscall_file("7 0x7ffe1 0x1 0xffffffff 0x8 0x7f11 0x0 0x7ffe10a0 0x7f11aa\n");
  CHECK(waiting.sp == 0x7ffe10a0);
  CHECK(waiting.words == std::vector<u64>{0x7ffe1, 0x1, 0xffffffff, 0x8, 0x7f11, 0x0});
  CHECK(waiting.hidden == kHiddenWaiting);
  const ThreadState running = parse_syscall_file("running\n");
  CHECK(running.sp == 0);
  CHECK(running.hidden == kHiddenRunning);
  const ThreadState faulting = parse_syscall_file("-1 0x7ffe10a0 0x7f11aa\n");
  CHECK(faulting.sp == 0x7ffe10a0);
  CHECK(faulting.hidden == kHiddenRunning);
  CHECK(parse_syscall_file("").hidden == kHiddenRunning);
}

TEST_CASE("the data words of an epoll set and of timers are found", "[reach]") {
  CHECK(epoll_words("pos:\t0\nflags:\t02\ntfd:        5 events:       19 data:     7f0012345678  pos:0 ino:61af\n"
                    "tfd:        6 events: 80000019 data:                6  pos:0\n") ==
        std::vector<u64>{0x7f0012345678, 6});
  CHECK(epoll_words("pos:\t0\nflags:\t02\n").empty());
  CHECK(timer_words("ID: 0\nsignal: 10/0000563b9c1b92a0\nnotify: signal/pid.77\nClockID: 1\n") ==
        std::vector<u64>{0x563b9c1b92a0});
}

TEST_CASE("roots are what was ever writable; live files, leakwatch and the unused part of the main stack are not",
          "[reach]") {
  const std::vector<Region> regions = parse_regions(
      "1000-2000 r-xp 00000000 08:01 7   /usr/bin/server\n"
      "2000-3000 r--p 00001000 08:01 7   /usr/bin/server\n"
      "3000-4000 rw-p 00002000 08:01 7   /usr/bin/server\n"
      "5000-6000 r--p 00000000 08:01 9   /var/lib/index\n"
      "6000-7000 rw-s 00000000 00:19 3   /dev/shm/leakwatch.server.12.live (deleted)\n"
      "7000-8000 rw-p 00000000 00:00 0\n"
      "8000-9000 ---p 00000000 00:00 0\n"
      "9000-a000 r--p 00000000 00:00 0\n"
      "nonsense\n"
      "7ffe0000-7ffe9000 rw-p 00000000 00:00 0   [stack]\n"
      "7fff0000-7fff1000 r-xp 00000000 00:00 0   [vdso]\n");
  REQUIRE(regions.size() == 10);
  CHECK(regions[3].path == "/var/lib/index");
  Scene scene;
  scene.regions = regions;
  scene.library = {0x7800, 0x8000};
  ThreadState main_thread;
  main_thread.sp = 0x7ffe8000;
  scene.threads.push_back(main_thread);
  std::vector<std::pair<u64, u64>> ranges;
  for (const Range& range : root_ranges(scene)) ranges.emplace_back(range.start, range.end);
  CHECK(ranges ==
        std::vector<std::pair<u64, u64>>{
            {0x2000, 0x3000}, {0x3000, 0x4000}, {0x7000, 0x7800}, {0x9000, 0xa000}, {0x7ffe7f80, 0x7ffe9000}});
}

TEST_CASE("blocks that overlap are left out, both of them, and an empty block has a byte", "[reach]") {
  const BlockTable table({{0x300, 0x340}, {0x100, 0x140}, {0x120, 0x160}, {0x200, 0x200}, {0x300, 0x310}});
  REQUIRE(table.count() == 1);
  CHECK(table.number_of(0) == 3);
  CHECK(table.map()[0].end == 0x201);
}

}  // namespace lw
