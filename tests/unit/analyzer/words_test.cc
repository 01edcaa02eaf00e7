// SPDX-License-Identifier: Apache-2.0
// Numbers, columns and sentences as people read them.
#include <catch2/catch.hpp>

#include "analyzer/base/columns.h"
#include "analyzer/base/sentences.h"
#include "analyzer/base/terminal.h"
#include "analyzer/base/units.h"
#include "analyzer/render/class_evidence.h"
#include "analyzer/render/drops_text.h"
#include "analyzer/render/evidence.h"

namespace lw {

TEST_CASE("bytes have the unit that makes them short") {
  CHECK(bytes_text(0) == "0 B");
  CHECK(bytes_text(512) == "512 B");
  CHECK(bytes_text(1536) == "1.5 KiB");
  CHECK(bytes_text(102400) == "100 KiB");
  CHECK(bytes_text(-3.2 * 1048576) == "-3.2 MiB");
  CHECK(bytes_text(5.0 * (1LL << 40)) == "5.0 TiB");
}

TEST_CASE("what to do about memory that was not followed goes by the reason for most of it") {
  Process process;
  process.drops = {{"live_table_full", 40, 4e6}, {"missed_free", 900, 3e6}};
  CHECK(why_not_followed(process) == "could not be followed; raise LEAKWATCH_MEMORY");
  process.drops[1].bytes = 5e6;
  CHECK(why_not_followed(process).find("given back in ways that leakwatch does not see") != std::string::npos);
  CHECK(why_not_followed(process).find("LEAKWATCH_MEMORY") == std::string::npos);
  process.drops.push_back({"no_thread_slot", 9, 9e6});
  CHECK(why_not_followed(process) == "could not be followed: more threads ran than can be watched");
  process.drops.push_back({"regions_full", 1, 1e7});
  CHECK(why_not_followed(process) == "could not be followed: more regions were mapped at a time than can be watched");
}

TEST_CASE("rates have the time that makes them readable") {
  CHECK(rate_text(0) == "0 B/h");
  CHECK(rate_text(2 << 20) == "2.0 MiB/s");
  CHECK(rate_text((3.1 * 1048576) / 60) == "3.1 MiB/min");
  CHECK(rate_text(200.0 * 1024 / 3600) == "200 KiB/h");
  CHECK(rate_text(100.0 / 86400) == "100 B/day");
  CHECK(rate_number(0.3 * 1048576 / 60, 3.1 * 1048576 / 60) == "0.3");
}

TEST_CASE("times are told as people tell them") {
  CHECK(duration_text(0.0001) == "under 1 ms");
  CHECK(duration_text(0.25) == "250 ms");
  CHECK(duration_text(7.25) == "7.2 s");
  CHECK(duration_text(59.9) == "1 m 0 s");
  CHECK(duration_text(723) == "12 m 3 s");
  CHECK(duration_text(11100) == "3 h 5 m");
  CHECK(duration_text(2 * 86400 + 4 * 3600) == "2 d 4 h");
  CHECK(span_text(86400) == "24 h");
  CHECK(span_text(7 * 86400) == "7 days");
  CHECK(span_text(90) == "90 s");
  CHECK(span_text(1800) == "30 m");
  CHECK(span_text(25.3) == "25 s");
  CHECK(span_text(725) == "12 m 5 s");
  CHECK(rough_duration_text(3) == "10 s");
  CHECK(rough_duration_text(130) == "3 m");
  CHECK(rough_duration_text(7300) == "3 h");
}

TEST_CASE("no life is told to be shorter than under something") {
  CHECK(shorter_than_text(0.0001) == "1 ms");
  CHECK(shorter_than_text(7.25) == "7.2 s");
}

TEST_CASE("a filling array is explained by its growths and not by samples") {
  const ContainerCase array{.capacity_bytes = 2 << 20, .last_growth_s = 20, .touched_share = 0.75, .steps = 5};
  CHECK(
      filling_text(array) ==
      "The array of a container was seen to grow 5 times, last 20 s after the start, to 2.0 MiB of room; 75.0 % of it "
      "are written, as that pace would have it.");
}

TEST_CASE("what a trim gives back is the least on glibc, which tells of the end of its heap alone") {
  FragmentationCase heap;
  heap.releasable_bytes = 131072;
  CHECK(why_fragmentation(heap, AllocatorName::kGlibc).ends_with("malloc_trim(0) would give back at least 128 KiB."));
  CHECK(why_fragmentation(heap, AllocatorName::kJemalloc).ends_with("would give back about 128 KiB."));
}

TEST_CASE("counts and shares") {
  CHECK(count_text(12345678) == "12,345,678");
  CHECK(count_text(-1234) == "-1,234");
  CHECK(count_text(999) == "999");
  CHECK(share_text(0.00312) == "0.31 %");
  CHECK(share_text(0.5) == "50.0 %");
  CHECK(share_text(0.00001) == "less than 0.01 %");
  CHECK(confidence_text(0.99999) == "99.9 %");
  CHECK(confidence_text(0.9789) == "97.8 %");
}

TEST_CASE("amounts are read as they are written") {
  CHECK(parse_bytes("4096") == 4096);
  CHECK(parse_bytes("64K") == 65536);
  CHECK(parse_bytes("1.5 MiB") == 1.5 * 1048576);
  CHECK_FALSE(parse_bytes("many"));
  CHECK_FALSE(parse_bytes("-5"));
  CHECK_FALSE(parse_bytes("5 apples"));
  CHECK(*parse_rate("200K/h") == Approx(200.0 * 1024 / 3600));
  CHECK(*parse_rate("3 MiB/min") == Approx(3.0 * 1048576 / 60));
  CHECK(*parse_rate("100") == 100);
  CHECK_FALSE(parse_rate("5K/fortnight"));
}

TEST_CASE("lines break at spaces and later ones are indented") {
  CHECK(wrapped("one two three", 8, 2) == "one two\n  three");
  CHECK(wrapped("  leading spaces stay", 80, 4) == "  leading spaces stay");
  CHECK(wrapped("averyveryverylongword stands alone", 10, 2) == "averyveryverylongword\n  stands\n  alone");
  CHECK(wrapped("", 10, 2).empty());
}

TEST_CASE("what is too wide loses its middle") {
  CHECK(shortened("short", 10) == "short");
  CHECK(shortened("0123456789abcdef", 9) == "0123…cdef");
  CHECK(shown_width("Größe…") == 6);
  CHECK(shown_width("\033[1mbold\033[0m") == 4);
}

TEST_CASE("a function that is too wide loses its parameters first") {
  CHECK(function_text("put(int)", 20) == "put(int)");
  CHECK(function_text("Cache::put(Request const&)", 16) == "Cache::put(…)");
  CHECK(function_text("call(void (*)(int), int) const", 12) == "call(…)");
  CHECK(function_text("a_very_long_name_without_any", 12) == "a_very…t_any");
}

TEST_CASE("columns line up and end without spaces") {
  Table table({Table::Side::kLeft, Table::Side::kRight, Table::Side::kLeft});
  table.add({"a", "1", "x"});
  table.add({"bbb", "22", "a wide last cell that is cut"});
  CHECK(table.text(24, 1) == " a     1  x\n bbb  22  a wide …is cut\n");
}

TEST_CASE("without unicode the signs are spelled in ASCII") {
  Terminal ascii;
  ascii.unicode = false;
  CHECK(shown_on(ascii, "1 leak — ±3 × 2…") == "1 leak - +-3 x 2...");
  CHECK(shown_on(Terminal{}, "±") == "±");
}

TEST_CASE("colours appear only where they can") {
  Terminal terminal;
  CHECK(terminal.ink(Ink::kRed, "x") == "x");
  terminal.colours = true;
  CHECK(terminal.ink(Ink::kRed, "x") == "\033[1;31mx\033[0m");
}

TEST_CASE("a mistyped word finds the one that was meant") {
  CHECK(nearest("reprot", {"run", "report", "top"}) == "report");
  CHECK(nearest("xyzzy", {"run", "report", "top"}).empty());
}

}  // namespace lw
