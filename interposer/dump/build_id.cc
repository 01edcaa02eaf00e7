// SPDX-License-Identifier: Apache-2.0
#include "interposer/dump/build_id.h"

#include <elf.h>

#include "interposer/platform/syscalls.h"

namespace lw {
namespace {

constexpr u32 kMostHeaders = 64;
constexpr u64 kMostNoteBytes = 4096;

bool fetch(u64 from, void* to, u64 length) { return sys::read_memory(from, to, length) == static_cast<long>(length); }

u64 padded(u64 length) { return (length + 3) & ~u64{3}; }

// A segment of notes may hold several; the id is the one of type 3 by "GNU".
u32 find_in_notes(u64 at, u64 length, u8* id, u32 room) {
  static u8 notes[kMostNoteBytes];
  if (length > sizeof notes) length = sizeof notes;
  if (!fetch(at, notes, length)) return 0;
  for (u64 position = 0; position + sizeof(Elf64_Nhdr) <= length;) {
    Elf64_Nhdr note;
    __builtin_memcpy(&note, notes + position, sizeof note);
    const u64 name = position + sizeof note;
    const u64 description = name + padded(note.n_namesz);
    if (description + note.n_descsz > length) return 0;
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && __builtin_memcmp(notes + name, "GNU", 4) == 0) {
      const u32 bytes = note.n_descsz < room ? note.n_descsz : room;
      __builtin_memcpy(id, notes + description, bytes);
      return bytes;
    }
    position = description + padded(note.n_descsz);
  }
  return 0;
}

}  // namespace

u32 read_build_id(u64 image, u8* id, u32 room) {
  Elf64_Ehdr file;
  if (!fetch(image, &file, sizeof file) || __builtin_memcmp(file.e_ident, ELFMAG, SELFMAG) != 0) return 0;
  if (file.e_ident[EI_CLASS] != ELFCLASS64 || file.e_phentsize != sizeof(Elf64_Phdr)) return 0;
  const u32 count = file.e_phnum < kMostHeaders ? file.e_phnum : kMostHeaders;
  static Elf64_Phdr headers[kMostHeaders];
  if (!fetch(image + file.e_phoff, headers, u64{count} * sizeof(Elf64_Phdr))) return 0;
  u64 first_address = 0;
  for (u32 i = 0; i < count; ++i) {
    if (headers[i].p_type == PT_LOAD && headers[i].p_offset == 0) first_address = headers[i].p_vaddr;
  }
  for (u32 i = 0; i < count; ++i) {
    if (headers[i].p_type != PT_NOTE) continue;
    const u32 bytes = find_in_notes(image - first_address + headers[i].p_vaddr, headers[i].p_filesz, id, room);
    if (bytes != 0) return bytes;
  }
  return 0;
}

}  // namespace lw
