// SPDX-License-Identifier: Apache-2.0
#include "interposer/reach/search_cost.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace lw {

TEST_CASE("fields of /proc/PID/stat are counted from behind the name, which may hold anything", "[reach]") {
  const char* line = "42 (a) 7 (b) S 17 42 42 0 -1 4194304 31337 5 0";
  CHECK(number_in_stat(line, 4) == 17);
  CHECK(number_in_stat(line, 10) == 31337);
  CHECK(number_in_stat(line, 90) == 0);
  CHECK(number_in_stat("", 4) == 0);
}

TEST_CASE("a process's own pages are those that it wrote to", "[reach]") {
  constexpr u64 kBytes = 64 << 20;
  const u64 before = own_pages();
  void* room = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  REQUIRE(room != MAP_FAILED);
  const u64 grown = own_pages() - before;
  munmap(room, kBytes);
  CHECK(grown > kBytes / 4096 * 9 / 10);
  CHECK(grown < kBytes / 4096 * 11 / 10);
}

TEST_CASE("a child sees when its parent has copied more pages than it may", "[reach]") {
  constexpr u64 kPages = 64;
  constexpr int kFew = 0, kMany = 1, kOther = 2;
  CopiedPages copied;
  char* room =
      static_cast<char*>(mmap(nullptr, kPages * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  int go[2];
  REQUIRE(pipe(go) == 0);
  copied.begin(kPages / 2 * 4096);
  const pid_t child = fork();
  if (child == 0) {
    char byte = 0;
    CopiedPages none = copied;
    const bool ready = read(go[0], &byte, 1) == 1;
    _exit(!ready ? kOther : none.too_many(1) ? kMany : kFew);
  }
  for (u64 i = 0; i < kPages; ++i) room[i * 4096] = 1;
  REQUIRE(write(go[1], "x", 1) == 1);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == kMany);
  munmap(room, kPages * 4096);
  close(go[0]);
  close(go[1]);
}

}  // namespace lw
