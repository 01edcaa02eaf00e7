// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/ledger.h"

#include <catch2/catch.hpp>
#include <numeric>

#include "tests/unit/analyzer/written_process.h"

namespace lw {
namespace {

f64 sum_of_parts(const Ledger& ledger) {
  f64 sum = 0;
  for (const LedgerEntry& entry : ledger.parts) sum += entry.bytes.value;
  return sum;
}

}  // namespace

TEST_CASE("the parts of the ledger add up to what the process occupies") {
  Process process = process_with_log(120, [](MemoryPoint& point, f64 t) {
    write_heap(point, (20 + 10 * t) * kMiB, 5 * kMiB);
    point.stack_bytes = bytes(kMiB / 2);
    point.mapped_bytes = bytes(kMiB / 4);
  });
  process.receipt.own_bytes = bytes(2 * kMiB);
  const Ledger ledger = ledger_of(process);
  REQUIRE(ledger.known);
  CHECK(sum_of_parts(ledger) == Approx(ledger.rss_bytes));
  CHECK(ledger[LedgerPart::kAlive].bytes.value == Approx(0.95 * 30 * kMiB));
  CHECK(ledger[LedgerPart::kRetained].bytes.value == Approx(5 * kMiB + 0.05 * 30 * kMiB));
  CHECK(ledger[LedgerPart::kOwn].bytes.value == Approx(2 * kMiB));
  CHECK(ledger[LedgerPart::kFiles].bytes.value == Approx(6 * kMiB));
  CHECK(ledger[LedgerPart::kAlive].bytes_per_s.value == Approx(0.95 * 10 * kMiB / 120).epsilon(0.01));
  CHECK(ledger[LedgerPart::kFiles].bytes_per_s.value == 0);
  CHECK(ledger.agreement == Agreement::kBoth);
}

TEST_CASE("a part takes no more than is left, however much the allocator claims to hold") {
  Process process = process_with_log(60, [](MemoryPoint& point, f64) {
    write_heap(point, 10 * kMiB, 5 * kMiB);
    point.allocator_resident = bytes(500 * kMiB);
    point.mapped_bytes = bytes(500 * kMiB);
  });
  const Ledger ledger = ledger_of(process);
  CHECK(sum_of_parts(ledger) == Approx(ledger.rss_bytes));
  CHECK(ledger[LedgerPart::kUnexplained].bytes.value == 0);
}

TEST_CASE("of mapped regions the log says itself how much is in memory") {
  Process process = process_with_log(60, [](MemoryPoint& point, f64 t) {
    write_heap(point, 10 * kMiB, kMiB);
    point.mapped_bytes = bytes(40 * t * kMiB);
    point.rss_bytes += point.mapped_bytes;
  });
  process.live.blocks.push_back({.birth_s = 1,
                                 .address = 4096,
                                 .size = bytes(1024 * kMiB),
                                 .interval = 1,
                                 .series = 0,
                                 .resident = bytes(40 * kMiB),
                                 .kind = AllocKind::kMmap,
                                 .flags = 0});
  const Ledger ledger = ledger_of(process);
  CHECK(ledger.untouched_bytes == 0);
  CHECK(ledger[LedgerPart::kAlive].bytes.value == Approx(9.5 * kMiB));
  CHECK(ledger[LedgerPart::kMapped].bytes.value == Approx(40 * kMiB));
  CHECK(ledger.agreement == Agreement::kRssOnly);
  CHECK(ledger.rising == LedgerPart::kMapped);
}

TEST_CASE("what was never written to is not alive in memory") {
  Process process = process_with_log(60, [](MemoryPoint& point, f64) {
    write_heap(point, 40 * kMiB, 0);
    point.live_bytes = 40 * kMiB;
    point.rss_bytes = bytes(9 * kMiB) + point.rss_file;
  });
  LiveBlock block{.birth_s = 1,
                  .address = 0,
                  .size = bytes(32 * kMiB),
                  .interval = 64 << 10,
                  .series = 0,
                  .kind = AllocKind::kMalloc,
                  .flags = 0};
  block.resident = 0;
  process.live.blocks.push_back(block);
  const Ledger ledger = ledger_of(process);
  CHECK(ledger.untouched_bytes == Approx(32 * kMiB));
  CHECK(ledger[LedgerPart::kAlive].bytes.value == Approx(8 * kMiB));
  CHECK(ledger[LedgerPart::kUnexplained].bytes.value == Approx(kMiB));
}

TEST_CASE("growth outside the heap is told as such, with the part that grows") {
  const Process files = process_with_log(
      120, [](MemoryPoint& point, f64 t) { write_heap(point, 20 * kMiB, 5 * kMiB, (8 + 100 * t) * kMiB); });
  CHECK(ledger_of(files).agreement == Agreement::kRssOnly);
  CHECK(ledger_of(files).rising == LedgerPart::kFiles);
  const Process unknown = process_with_log(120, [](MemoryPoint& point, f64 t) {
    write_heap(point, 20 * kMiB, 5 * kMiB);
    point.rss_bytes += bytes(50 * kMiB * t);
  });
  CHECK(ledger_of(unknown).rising == LedgerPart::kUnexplained);
}

TEST_CASE("more that is alive in memory the allocator had in store does not make the process grow") {
  const Process process = process_with_log(
      120, [](MemoryPoint& point, f64 t) { write_heap(point, (20 + 30 * t) * kMiB, (40 - 30 * t) * kMiB); });
  CHECK(ledger_of(process).agreement == Agreement::kLiveOnly);
}

TEST_CASE("an old log, without kinds of memory and allocator, still has books") {
  const Process process = process_with_log(60, [](MemoryPoint& point, f64) {
    point.rss_bytes = bytes(30 * kMiB);
    point.live_bytes = 10 * kMiB;
  });
  const Ledger ledger = ledger_of(process);
  CHECK(sum_of_parts(ledger) == Approx(30 * kMiB));
  CHECK_FALSE(ledger[LedgerPart::kFiles].known);
  CHECK_FALSE(ledger[LedgerPart::kRetained].known);
  CHECK(ledger.agreement == Agreement::kLevel);
}

// A process of a second in which the allocator was asked after 10 ms: 3.7 MiB of 130 MiB were said to be alive.
TEST_CASE("books of a process that has become another one since are not shown as today's") {
  const auto grown = [](f64 last_s) {
    return process_with_log(60, [&](MemoryPoint& point, f64 t) {
      write_heap(point, (10 + 100 * t) * kMiB, 5 * kMiB);
      if (t * 60 > last_s) point.allocator_resident = 0;
    });
  };
  const Ledger then = ledger_of(grown(20)), lately = ledger_of(grown(50));
  CHECK(sum_of_parts(then) == Approx(then.rss_bytes));
  CHECK_FALSE(then[LedgerPart::kRetained].known);
  CHECK(then[LedgerPart::kAlive].bytes.value == Approx(0.95 * 110 * kMiB).epsilon(0.05));
  CHECK(lately[LedgerPart::kRetained].known);
}

TEST_CASE("of a program with a malloc of its own it is not said that nothing is alive") {
  Process process = process_with_log(60, [](MemoryPoint& point, f64) { write_heap(point, 0, 0); });
  CHECK(ledger_of(process)[LedgerPart::kAlive].known);
  process.flags |= kProcessNotCovered;
  CHECK_FALSE(ledger_of(process)[LedgerPart::kAlive].known);
}

}  // namespace lw
