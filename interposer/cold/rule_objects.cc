// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/rule_objects.h"

#include <dlfcn.h>
#include <link.h>

#include <atomic>

namespace lw {
namespace {

using FindObject = int (*)(void*, dl_find_object*);
FindObject g_find_object;

// Only for glibc before 2.35.
constexpr u32 kListedObjects = 128;
LoadedObject g_listed[kListedObjects];
u32 g_listed_count;

int list_object(dl_phdr_info* object, size_t, void*) {
  if (g_listed_count == kListedObjects) return 1;
  LoadedObject& entry = g_listed[g_listed_count];
  entry = LoadedObject{~0ULL, 0, 0};
  for (u32 number = 0; number < object->dlpi_phnum; ++number) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[number];
    const u64 start = object->dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_GNU_EH_FRAME) entry.eh_frame_hdr = start;
    if (segment.p_type != PT_LOAD) continue;
    if (start < entry.start) entry.start = start;
    if (start + segment.p_memsz > entry.end) entry.end = start + segment.p_memsz;
  }
  if (entry.start < entry.end) ++g_listed_count;
  return 0;
}

// Pages of tables that were found readable, each with part of the address of its object's header, so that another
// object which comes to stand there is asked about anew.
std::atomic<u64> g_known_pages[512];

std::atomic<u64>& known_page(u64 page) { return g_known_pages[page / kPageBytes % 512]; }

}  // namespace

void objects_start() {
  g_find_object = reinterpret_cast<FindObject>(dlsym(RTLD_DEFAULT, "_dl_find_object"));
  if (g_find_object == nullptr) list_objects();
}

bool find_object(u64 address, LoadedObject* object) {
  if (g_find_object == nullptr) return find_listed_object(address, object);
  dl_find_object found;
  if (g_find_object(reinterpret_cast<void*>(address), &found) != 0) return false;
  *object = LoadedObject{reinterpret_cast<u64>(found.dlfo_map_start), reinterpret_cast<u64>(found.dlfo_map_end),
                         reinterpret_cast<u64>(found.dlfo_eh_frame)};
  return true;
}

void list_objects() {
  g_listed_count = 0;
  dl_iterate_phdr(list_object, nullptr);
}

bool find_listed_object(u64 address, LoadedObject* object) {
  for (u32 number = 0; number < g_listed_count; ++number) {
    if (address < g_listed[number].start || address >= g_listed[number].end) continue;
    *object = g_listed[number];
    return true;
  }
  return false;
}

bool ObjectReader::readable(u64 address) const {
  constexpr u64 kReach = 1ULL << 31;
  if (address - object_.eh_frame_hdr + kReach >= 2 * kReach) return false;
  const u64 page = page_of(address);
  std::atomic<u64>& known = known_page(page);
  const u64 entry = page | (object_.eh_frame_hdr >> 2) % kPageBytes;
  if (known.load(std::memory_order_relaxed) == entry) return true;
  if (page == 0 || !can_read(page)) return false;
  known.store(entry, std::memory_order_relaxed);
  return true;
}

void forget_table_pages() {
  for (std::atomic<u64>& known : g_known_pages) known.store(0, std::memory_order_relaxed);
}

}  // namespace lw
