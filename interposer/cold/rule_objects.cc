// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/rule_objects.h"

#include <dlfcn.h>
#include <link.h>

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

bool ObjectReader::half_word(u64 address, u32* value) {
  u64 whole;
  if (address % 4 != 0 || !word(address & ~7ULL, &whole)) return false;
  *value = static_cast<u32>(address % 8 == 0 ? whole : whole >> 32);
  return true;
}

}  // namespace lw
