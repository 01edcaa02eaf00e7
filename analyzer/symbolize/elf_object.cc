// SPDX-License-Identifier: Apache-2.0
// An ELF file opened for reading. The file is mapped, not read: of a gigabyte of debug data only the pages are
// touched that answer a question.
#include "analyzer/symbolize/elf_object.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>

#include "snapshot/hash.h"

namespace lw {

using std::string;
using std::string_view;

string_view section_bytes(Elf* elf, const string& name) {
  const string packed_name = name.starts_with(".debug") ? ".z" + name.substr(1) : name;
  size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) return {};
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || header.sh_type == SHT_NOBITS) continue;
    const char* found = elf_strptr(elf, names, header.sh_name);
    if (found == nullptr || (found != name && found != packed_name)) continue;
    const Elf_Data* bytes = elf_rawdata(section, nullptr);
    if (bytes == nullptr || bytes->d_buf == nullptr) return {};
    return {static_cast<const char*>(bytes->d_buf), bytes->d_size};
  }
  return {};
}

std::unique_ptr<ElfObject> ElfObject::open(const string& path, string& why_not) {
  elf_version(EV_CURRENT);
  struct stat status {};
  // Looked at before it is opened: opening a device or a pipe that somebody had mapped may do things.
  if (stat(path.c_str(), &status) != 0) {
    why_not = std::strerror(errno);
    return nullptr;
  }
  if (!S_ISREG(status.st_mode)) {
    why_not = "not a regular file";
    return nullptr;
  }
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    why_not = std::strerror(errno);
    return nullptr;
  }
  Elf* elf = elf_begin(fd, ELF_C_READ_MMAP, nullptr);
  if (elf == nullptr || elf_kind(elf) != ELF_K_ELF) {
    why_not = "not an ELF file";
    elf_end(elf);
    ::close(fd);
    return nullptr;
  }
  const char* ident = elf_getident(elf, nullptr);
  if (ident == nullptr || ident[EI_DATA] != (std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB)) {
    why_not = "an ELF file for a machine of another byte order";
    elf_end(elf);
    ::close(fd);
    return nullptr;
  }
  const std::array<int64_t, 3> identity = {status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
  return std::unique_ptr<ElfObject>(new ElfObject(fd, elf, path, hash64(identity.data(), sizeof(identity))));
}

ElfObject::ElfObject(int fd, Elf* elf, string path, uint64_t fingerprint)
    : fd_(fd), elf_(elf), path_(std::move(path)), fingerprint_(fingerprint) {
  const void* id = nullptr;
  if (const ssize_t length = dwelf_elf_gnu_build_id(elf_, &id); length > 0) {
    build_id_.assign(static_cast<const char*>(id), static_cast<size_t>(length));
  }
  size_t count = 0;
  if (elf_getphdrnum(elf_, &count) != 0) return;
  for (size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (gelf_getphdr(elf_, static_cast<int>(i), &header) == nullptr || header.p_type != PT_LOAD) continue;
    segments_.push_back(
        {header.p_offset, header.p_filesz, header.p_vaddr, header.p_memsz, (header.p_flags & PF_X) != 0});
  }
}

ElfObject::~ElfObject() {
  elf_end(elf_);
  ::close(fd_);
}

std::optional<uint64_t> ElfObject::address_of(uint64_t file_offset) const {
  std::optional<uint64_t> found;
  for (const Segment& segment : segments_) {
    if (file_offset < segment.file_offset || file_offset - segment.file_offset >= segment.file_bytes) continue;
    if (!found || segment.executable) found = segment.address + (file_offset - segment.file_offset);
  }
  return found;
}

bool ElfObject::is_code(uint64_t address) const {
  for (const Segment& segment : segments_) {
    if (segment.executable && address >= segment.address && address - segment.address < segment.memory_bytes)
      return true;
  }
  return false;
}

bool ElfObject::has_dwarf() const { return !section_bytes(elf_, ".debug_info").empty(); }

std::optional<DebugLink> ElfObject::debug_link() const {
  GElf_Word crc = 0;
  const char* name = dwelf_elf_gnu_debuglink(elf_, &crc);
  // A link is a bare file name; one with a slash would lead out of the directories that are searched.
  if (name == nullptr || *name == '\0' || std::strchr(name, '/') != nullptr) return std::nullopt;
  return DebugLink{name, crc};
}

uint32_t ElfObject::crc() const {
  size_t length = 0;
  const char* bytes = elf_rawfile(elf_, &length);
  uLong sum = crc32(0, nullptr, 0);
  if (bytes == nullptr) return static_cast<uint32_t>(sum);
  return static_cast<uint32_t>(crc32_z(sum, reinterpret_cast<const Bytef*>(bytes), length));
}

}  // namespace lw
