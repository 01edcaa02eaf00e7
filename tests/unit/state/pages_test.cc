// SPDX-License-Identifier: Apache-2.0
// Pages: what is not there is found out without a SIGBUS.
#include "interposer/platform/pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstring>

namespace lw {
namespace {

constexpr u64 kPage = 4096;

// A shared file of `have` bytes, mapped as if it had `mapped`: in memory, or on whatever /tmp is on.
class ShortFile {
 public:
  ShortFile(u64 have, u64 mapped, bool on_disk = false) : bytes_(mapped) {
    FILE* file = on_disk ? tmpfile() : fdopen(memfd_create("short", 0), "r+");
    REQUIRE(file != nullptr);
    REQUIRE(ftruncate(fileno(file), static_cast<off_t>(have)) == 0);
    at_ = static_cast<u8*>(mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0));
    fclose(file);
  }
  ~ShortFile() { munmap(at_, bytes_); }
  u8* at() { return at_; }

 private:
  u64 bytes_;
  u8* at_;
};

using Back = bool (*)(void*, u64);

}  // namespace

TEST_CASE("Pages that a file has are backed, those behind its end are refused", "[state]") {
  const Back back = GENERATE(&back_pages, &back_pages_one_by_one);
  ShortFile file(4 * kPage, 8 * kPage);
  CHECK(back(file.at(), 4 * kPage));
  CHECK(resident_bytes(file.at(), 4 * kPage) == 4 * kPage);
  CHECK_FALSE(back(file.at() + 4 * kPage, kPage));
  CHECK_FALSE(back(file.at(), 8 * kPage));
}

// Two threads may back the same pages, and the faster one may have begun to write.
TEST_CASE("Backing a page does not change what stands in it", "[state]") {
  const Back back = GENERATE(&back_pages, &back_pages_one_by_one);
  ShortFile file(4 * kPage, 4 * kPage);
  std::memset(file.at(), 0xab, 2 * kPage);
  CHECK(back(file.at(), 4 * kPage));
  for (u64 i = 0; i < 4 * kPage; ++i) REQUIRE(file.at()[i] == (i < 2 * kPage ? 0xab : 0));
}

// A live file that is not on tmpfs: ext4 read all of an empty one into memory when its first page was touched.
TEST_CASE("The first page of a file that is mapped for few does not bring the others in", "[state]") {
  constexpr u64 kBytes = u64{16} << 20;
  ShortFile file(kBytes, kBytes, true);
  expect_few_pages(file.at(), kBytes);
  REQUIRE(back_pages(file.at(), kPage));
  CHECK(resident_bytes(file.at(), kBytes) <= 16 * kPage);
}

}  // namespace lw
