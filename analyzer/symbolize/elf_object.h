// SPDX-License-Identifier: Apache-2.0
// An ELF file opened for reading: who it is, where its segments lie, and which file it names for its debug data.
#pragma once

#include <libelf.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lw {

// The bytes of a section of that name; empty if there is none. Names of DWARF sections also find the older
// compressed kind (`.zdebug_line`). Compressed sections are as libdw unpacked them, or still packed before it did.
std::string_view section_bytes(Elf* elf, const std::string& name);

// The file that .gnu_debuglink names.
struct DebugLink {
  std::string name;
  uint32_t crc = 0;  // CRC-32 of that whole file
};

class ElfObject {
 public:
  // nullptr if there is no such regular file or it is not ELF; `why_not` then says so, "No such file or directory".
  static std::unique_ptr<ElfObject> open(const std::string& path, std::string& why_not);
  ~ElfObject();
  ElfObject(const ElfObject&) = delete;
  ElfObject& operator=(const ElfObject&) = delete;

  Elf* elf() const { return elf_; }
  const std::string& path() const { return path_; }
  const std::string& build_id() const { return build_id_; }  // raw bytes; empty if it has none

  // Changes when the file does: made of its length and its time of modification.
  uint64_t fingerprint() const { return fingerprint_; }

  // The virtual address of the byte at `file_offset`, by the program headers. Empty for a file of debug data only,
  // whose headers no longer say where the code stood in the file.
  std::optional<uint64_t> address_of(uint64_t file_offset) const;

  // True if `address` lies in an executable segment. Functions that the linker threw away keep addresses that do not.
  bool is_code(uint64_t address) const;

  bool has_dwarf() const;
  std::optional<DebugLink> debug_link() const;
  uint32_t crc() const;  // of the whole file; reads all of it

 private:
  struct Segment {
    uint64_t file_offset, file_bytes, address, memory_bytes;
    bool executable;
  };

  ElfObject(int fd, Elf* elf, std::string path, uint64_t fingerprint);

  int fd_;
  Elf* elf_;
  std::string path_;
  std::string build_id_;
  uint64_t fingerprint_;
  std::vector<Segment> segments_;
};

}  // namespace lw
