// SPDX-License-Identifier: Apache-2.0
// Objects come and go, more of them than the table has places for, while other threads keep stacks through them and
// snapshots are taken. What may lie where is fixed, so that a record of two objects shows. Runs under ThreadSanitizer
// too.
#include "interposer/dump/mappings.h"

#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "interposer/state/site_table.h"
#include "snapshot/reader.h"
#include "tests/stress/encoded.h"
#include "tests/unit/state/fixture.h"

namespace lw::test {
namespace {

constexpr u32 kPlaces = 32, kRounds = 40;
constexpr u64 kCodeBytes = 8192, kPlaceBytes = 2 * kCodeBytes;

// Addresses for so many objects side by side.
class Street {
 public:
  Street() {
    void* at = mmap(nullptr, kPlaces * kPlaceBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(at != MAP_FAILED);
    start_ = reinterpret_cast<u64>(at);
  }
  ~Street() { munmap(reinterpret_cast<void*>(start_), kPlaces * kPlaceBytes); }

  u64 address(u32 place) const { return start_ + place * kPlaceBytes; }

  void move_in(u32 place, u32 round) const {
    const std::string name = "place " + std::to_string(place) + ", round " + std::to_string(round);
    const int fd = memfd_create(name.c_str(), 0);
    if (fd < 0 || ftruncate(fd, kCodeBytes) != 0) abort();
    void* at = reinterpret_cast<void*>(address(place));
    if (mmap(at, kCodeBytes, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd, 0) != at) abort();
    close(fd);
  }

  // The number of the place that begins there; kPlaces: none.
  u32 place_at(u64 address) const {
    const u64 number = (address - start_) / kPlaceBytes;
    return address >= start_ && number < kPlaces ? static_cast<u32>(number) : kPlaces;
  }

 private:
  u64 start_;
};

void keep_stacks(const Street& street, u32 number, const u32& running) {
  for (u64 step = number; load_acquire(running) != 0; ++step) {
    u64 frames[8];
    for (u64 i = 0; i < 8; ++i) frames[i] = street.address(static_cast<u32>((step * 7 + i * i) % kPlaces)) + 64 * i + 1;
    bool is_new;
    if (is_unloading_unsettled()) refresh_after_unloading();
    find_or_make_site({frames, 8, false}, step, &is_new);
    notice_new_stack(frames, 8);
    if (mappings_are_due(monotonic_ns())) refresh_mappings();
  }
}

// How many records say of a place that another's object lies there.
u32 strangers_in(const Snapshot& snapshot, const Street& street) {
  u32 strangers = 0;
  for (const SnapshotMapping& mapping : snapshot.mappings) {
    const u32 place = street.place_at(mapping.start);
    if (place == kPlaces) continue;
    const std::string expected = "/memfd:place " + std::to_string(place) + ", ";
    strangers += mapping.path.compare(0, expected.size(), expected) != 0;
  }
  return strangers;
}

}  // namespace

TEST_CASE("each record of an object is of one object while they come and go", "[stress]") {
  WatchedProcess watched(4096, kMinLiveBytes);
  const Street street;
  u32 running = 1;
  std::thread loader([&] {
    for (u32 round = 0; round < kRounds; ++round) {
      for (u32 place = round % 2; place < kPlaces; place += 2) {
        code_is_loaded();
        street.move_in(place, round);
        code_is_unloaded();
      }
      refresh_mappings();
    }
    store_release(running, 0u);
  });
  std::vector<std::thread> keepers;
  for (u32 number = 0; number < 2; ++number)
    keepers.emplace_back([&, number] { keep_stacks(street, number, running); });
  std::vector<u8> scratch(kEncodeScratchBytes);
  u32 snapshots = 0, damaged = 0, strangers = 0;
  while (load_acquire(running) != 0 || snapshots == 0) {
    const std::vector<u8> file = encoded(watched, scratch);
    const LoadedSnapshot loaded = read_snapshot(file, "test.lws");
    damaged += loaded.errors.empty() && loaded.snapshot ? 0 : 1;
    if (loaded.snapshot) strangers += strangers_in(*loaded.snapshot, street);
    ++snapshots;
  }
  loader.join();
  for (std::thread& keeper : keepers) keeper.join();
  CHECK(damaged == 0);
  CHECK(strangers == 0);
  CHECK(process().live->reuse_count > kRounds);
}

}  // namespace lw::test
