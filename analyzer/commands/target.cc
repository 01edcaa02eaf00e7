// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/target.h"

#include <elf.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

namespace lw {
namespace {

// A dynamic section or a string table longer than this belongs to no real program.
constexpr uint64_t kMostBytes = 64 << 20;

class ElfFile {
 public:
  explicit ElfFile(const std::string& path) : file_(path, std::ios::binary) {}

  template <typename Record>
  std::optional<std::vector<Record>> read(uint64_t offset, uint64_t bytes) {
    if (bytes > kMostBytes) return {};
    std::vector<Record> records(bytes / sizeof(Record));
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(offset));
    file_.read(reinterpret_cast<char*>(records.data()), static_cast<std::streamsize>(records.size() * sizeof(Record)));
    if (!file_) return {};
    return records;
  }

 private:
  std::ifstream file_;
};

struct Programs {
  std::vector<Elf64_Phdr> headers;

  const Elf64_Phdr* find(uint32_t type) const {
    for (const Elf64_Phdr& header : headers) {
      if (header.p_type == type) return &header;
    }
    return nullptr;
  }

  // Place in the file of an address in memory.
  std::optional<uint64_t> offset_of(uint64_t address) const {
    for (const Elf64_Phdr& header : headers) {
      const bool inside = address >= header.p_vaddr && address - header.p_vaddr < header.p_filesz;
      if (header.p_type == PT_LOAD && inside) return address - header.p_vaddr + header.p_offset;
    }
    return {};
  }
};

// All names that the dynamic linker sees in the file: of symbols and of needed libraries.
std::string dynamic_strings(ElfFile& file, const Programs& programs) {
  const Elf64_Phdr* dynamic = programs.find(PT_DYNAMIC);
  if (dynamic == nullptr) return "";
  const auto entries = file.read<Elf64_Dyn>(dynamic->p_offset, dynamic->p_filesz);
  if (!entries) return "";
  uint64_t address = 0, bytes = 0;
  for (const Elf64_Dyn& entry : *entries) {
    if (entry.d_tag == DT_STRTAB) address = entry.d_un.d_ptr;
    if (entry.d_tag == DT_STRSZ) bytes = entry.d_un.d_val;
  }
  const auto offset = programs.offset_of(address);
  const auto characters = offset ? file.read<char>(*offset, bytes) : std::nullopt;
  return characters ? std::string(characters->begin(), characters->end()) : "";
}

std::string sanitizer_in(const std::string& names) {
  constexpr const char* kSanitizers[][2] = {{"__asan_init", "AddressSanitizer"},
                                            {"__tsan_init", "ThreadSanitizer"},
                                            {"__msan_init", "MemorySanitizer"},
                                            {"__hwasan_init", "HWAddressSanitizer"}};
  for (const auto& [symbol, name] : kSanitizers) {
    if (names.find(symbol) != std::string::npos) return name;
  }
  return "";
}

std::string why_not_elf(const std::string& program, const Elf64_Ehdr& header, ElfFile& file) {
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64) {
    return fmt::format("{} is built for another machine than libleakwatch.so: it cannot be watched", program);
  }
  auto headers = file.read<Elf64_Phdr>(header.e_phoff, uint64_t{header.e_phnum} * sizeof(Elf64_Phdr));
  if (!headers) return "";
  const Programs programs{std::move(*headers)};
  if (programs.find(PT_INTERP) == nullptr) {
    return fmt::format("{} is statically linked: no library can be loaded into it. Link it dynamically to watch it",
                       program);
  }
  const std::string sanitizer = sanitizer_in(dynamic_strings(file, programs));
  if (sanitizer.empty()) return "";
  return fmt::format("{} is built with {}, which has its own malloc: build it without, or use its leak checker",
                     program, sanitizer);
}

bool gains_privileges(const std::string& program) {
  struct stat status {};
  if (stat(program.c_str(), &status) != 0) return false;
  if ((status.st_mode & S_ISUID) != 0 && status.st_uid != geteuid()) return true;
  if ((status.st_mode & S_ISGID) != 0 && status.st_gid != getegid()) return true;
  return geteuid() != 0 && getxattr(program.c_str(), "security.capability", nullptr, 0) > 0;
}

std::string interpreter_of(const std::string& program) {
  std::ifstream file(program, std::ios::binary);
  std::string line;
  std::getline(file, line);
  if (!line.starts_with("#!")) return "";
  std::istringstream words(line.substr(2));
  std::string interpreter, argument;
  words >> interpreter >> argument;
  const bool by_name = interpreter.ends_with("/env") && !argument.empty() && argument[0] != '-';
  return by_name ? find_program(argument) : interpreter;
}

}  // namespace

std::string find_program(const std::string& command) {
  const auto runs = [](const std::string& path) {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0;
  };
  if (command.find('/') != std::string::npos) return runs(command) ? command : "";
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string candidate = (folder.empty() ? "." : folder) + "/" + command;
    if (runs(candidate)) return candidate;
  }
  return "";
}

std::string why_not_watchable(const std::string& program) {
  if (gains_privileges(program)) {
    return fmt::format(
        "{} runs with more rights than you have (setuid, setgid or capabilities), so the loader ignores "
        "LD_PRELOAD: run it as its owner or as root",
        program);
  }
  ElfFile file(program);
  const auto header = file.read<Elf64_Ehdr>(0, sizeof(Elf64_Ehdr));
  if (header && std::memcmp(header->front().e_ident, ELFMAG, SELFMAG) == 0) {
    return why_not_elf(program, header->front(), file);
  }
  const std::string interpreter = interpreter_of(program);
  const bool another = !interpreter.empty() && interpreter != program && interpreter_of(interpreter).empty();
  return another ? why_not_watchable(interpreter) : "";
}

}  // namespace lw
