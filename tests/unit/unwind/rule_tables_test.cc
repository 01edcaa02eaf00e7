// SPDX-License-Identifier: Apache-2.0
// Rules read from the tables without libunwind, held against libunwind's, and against damaged tables.
#include "interposer/cold/rule_tables.h"

#include <link.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "interposer/cold/next_interval.h"
#include "interposer/cold/rule_learn.h"
#include "tests/unit/unwind/stacks.h"

namespace lw {
namespace {

// Of each object with tables that is loaded in this process: libc, libstdc++, the loader, the vDSO, the tests
// themselves.
std::vector<LoadedObject> objects_with_tables() {
  std::vector<LoadedObject> objects;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* argument) {
        LoadedObject object;
        for (u32 i = 0; i < info->dlpi_phnum; ++i) {
          const ElfW(Phdr)& segment = info->dlpi_phdr[i];
          if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
          if (find_object(info->dlpi_addr + segment.p_vaddr, &object) && object.eh_frame_hdr != 0) {
            static_cast<std::vector<LoadedObject>*>(argument)->push_back(object);
          }
          break;
        }
        return 0;
      },
      &objects);
  return objects;
}

std::vector<u64> functions_of(const LoadedObject& object) {
  ObjectReader reader(object);
  SortedTable table;
  std::vector<u64> starts;
  if (!find_sorted_table(&reader, &table)) return starts;
  for (u64 i = 0; i < table.entries; ++i) {
    u32 offset;
    if (!reader.half_word(table.first() + i * SortedTable::kEntryBytes, &offset)) break;
    starts.push_back(table.base + static_cast<u64>(static_cast<i64>(static_cast<int>(offset))));
  }
  return starts;
}

// The prologue byte by byte, and some addresses anywhere behind it.
std::vector<u64> places_in(u64 start, u64 bytes, u64* random) {
  std::vector<u64> places;
  for (u64 i = 0; i < std::min<u64>(bytes, 24); ++i) places.push_back(start + i);
  for (int i = 0; i < 8 && bytes > 24; ++i) places.push_back(start + next_random(*random) % bytes);
  return places;
}

}  // namespace

TEST_CASE("a rule read from the tables is libunwind's, in every function of every object, and few are left to it") {
  start_unwinder();
  u64 random = 1, asked = 0, plain = 0, read = 0;
  std::vector<std::string> different;
  for (const LoadedObject& object : objects_with_tables()) {
    ObjectReader reader(object);
    const std::vector<u64> functions = functions_of(object);
    const u64 every = functions.size() / 1500 + 1;  // of a large object a share: libunwind takes its time
    for (size_t i = 0; i + 1 < functions.size(); i += every) {
      for (const u64 code : places_in(functions[i], functions[i + 1] - functions[i], &random)) {
        const Rule expected = rule_from_libunwind(object, code + 1);
        const Rule rule = rule_from_tables(&reader, code);
        ++asked;
        plain += expected.kind() == RuleKind::kPlain;
        read += rule.known();
        if (rule.known() && !(rule == expected)) {
          different.push_back("at " + std::to_string(code - object.start) + " of the object at " +
                              std::to_string(object.start));
        }
      }
    }
  }
  CAPTURE(asked, plain, read);
  CHECK(different == std::vector<std::string>{});
  REQUIRE(asked > 50'000);
  CHECK(read > plain * 99 / 100);
}

TEST_CASE("damaged tables give a rule or none, and never a read of what cannot be read") {
  start_unwinder();
  LoadedObject original;
  REQUIRE(find_object(reinterpret_cast<u64>(&std::strlen), &original));
  const std::vector<u64> functions = functions_of(original);
  REQUIRE(functions.size() > 1000);

  // A copy of the whole object at another address, with nothing before and behind it.
  const u64 bytes = page_of(original.end - original.start + kPageBytes - 1);
  auto* room = static_cast<char*>(mmap(nullptr, bytes + 2 * kPageBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  REQUIRE(room != MAP_FAILED);
  char* copy = room + kPageBytes;
  REQUIRE(mprotect(copy, bytes, PROT_READ | PROT_WRITE) == 0);
  for (u64 at = 0; at < bytes; at += kPageBytes) {
    if (can_read(original.start + at)) std::memcpy(copy + at, reinterpret_cast<void*>(original.start + at), kPageBytes);
  }
  const u64 moved = reinterpret_cast<u64>(copy) - original.start;
  const LoadedObject damaged{original.start + moved, original.end + moved, original.eh_frame_hdr + moved};
  ObjectReader reader(damaged);
  SortedTable table;
  REQUIRE(find_sorted_table(&reader, &table));
  REQUIRE(rule_from_tables(&reader, functions[500] + moved) == rule_from_libunwind(original, functions[500] + 1));

  u64 random = 7, none = 0;
  const u64 tables_bytes = 300'000;  // the sorted table and most of .eh_frame behind it
  for (u32 round = 0; round < 40'000; ++round) {
    char* victim = reinterpret_cast<char*>(table.base) + next_random(random) % tables_bytes;
    if (victim < copy + bytes) *victim = static_cast<char>(next_random(random));
    none += !rule_from_tables(&reader, functions[next_random(random) % functions.size()] + moved + 1).known();
  }
  CHECK(none > 0);
  CHECK(none < 40'000);
  munmap(room, bytes + 2 * kPageBytes);
}

TEST_CASE("a page of tables is asked about anew when its object has been unloaded, or is another") {
  start_unwinder();
  auto* page = static_cast<u64*>(mmap(nullptr, kPageBytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  REQUIRE(page != MAP_FAILED);
  const u64 start = reinterpret_cast<u64>(page);
  const ObjectReader reader(LoadedObject{start, start + kPageBytes, start});
  REQUIRE(reader.readable(start));
  munmap(page, kPageBytes);
  const ObjectReader other(LoadedObject{start, start + kPageBytes, start + 64});
  CHECK_FALSE(other.readable(start));
  unwind_forget(start, start + kPageBytes);
  CHECK_FALSE(reader.readable(start));
}

}  // namespace lw
