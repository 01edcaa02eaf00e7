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

// A segment of notes may hold several; the id is the one of type 3 by "GNU". One after the other, in little room: this
// may run on the small stack of a coroutine.
u32 find_in_notes(u64 at, u64 length, u8* id, u32 room) {
  struct {
    Elf64_Nhdr header;
    char name[4];
  } note;
  if (length > kMostNoteBytes) length = kMostNoteBytes;
  for (u64 position = 0; position + sizeof note <= length;) {
    if (!fetch(at + position, &note, sizeof note)) return 0;
    const u64 description = position + sizeof note.header + padded(note.header.n_namesz);
    if (description + note.header.n_descsz > length) return 0;
    if (note.header.n_type == NT_GNU_BUILD_ID && note.header.n_namesz == 4 &&
        __builtin_memcmp(note.name, "GNU", 4) == 0) {
      const u32 bytes = note.header.n_descsz < room ? note.header.n_descsz : room;
      return fetch(at + description, id, bytes) ? bytes : 0;
    }
    position = description + padded(note.header.n_descsz);
  }
  return 0;
}

// The program headers of an image, one at a time.
struct Headers {
  u64 at;
  u32 count;
  bool read(u32 number, Elf64_Phdr* header) const {
    return fetch(at + u64{number} * sizeof *header, header, sizeof *header);
  }
};

// The address for which the image was linked, where its file begins.
bool find_first_address(const Headers& headers, u64* first_address) {
  Elf64_Phdr header;
  for (u32 i = 0; i < headers.count; ++i) {
    if (!headers.read(i, &header)) return false;
    if (header.p_type == PT_LOAD && header.p_offset == 0) *first_address = header.p_vaddr;
  }
  return true;
}

}  // namespace

u32 read_build_id(u64 image, u8* id, u32 room) {
  Elf64_Ehdr file;
  if (!fetch(image, &file, sizeof file) || __builtin_memcmp(file.e_ident, ELFMAG, SELFMAG) != 0) return 0;
  if (file.e_ident[EI_CLASS] != ELFCLASS64 || file.e_phentsize != sizeof(Elf64_Phdr)) return 0;
  const Headers headers = {image + file.e_phoff, file.e_phnum < kMostHeaders ? file.e_phnum : kMostHeaders};
  u64 first_address = 0;
  if (!find_first_address(headers, &first_address)) return 0;
  Elf64_Phdr header;
  for (u32 i = 0; i < headers.count; ++i) {
    if (!headers.read(i, &header)) return 0;
    if (header.p_type != PT_NOTE) continue;
    const u32 bytes = find_in_notes(image - first_address + header.p_vaddr, header.p_filesz, id, room);
    if (bytes != 0) return bytes;
  }
  return 0;
}

}  // namespace lw
