// SPDX-License-Identifier: Apache-2.0
#include "analyzer/reach/core_file.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace lw {
namespace {

constexpr u64 kUserEnd = u64{1} << 47;
constexpr u64 kMostMappings = 1 << 20;  // more than the kernel allows a process

}  // namespace

std::unique_ptr<CoreFile> CoreFile::open(const std::string& path, std::string& why_not) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    why_not = path + ": cannot be opened: " + std::strerror(errno);
    return nullptr;
  }
  struct stat status {};
  void* bytes = MAP_FAILED;
  if (fstat(fd, &status) == 0 && status.st_size > 0) {
    bytes = mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
  }
  close(fd);
  if (bytes == MAP_FAILED) {
    why_not = path + ": cannot be read";
    return nullptr;
  }
  std::unique_ptr<CoreFile> core(new CoreFile(static_cast<const u8*>(bytes), static_cast<u64>(status.st_size)));
  if (core->parse()) return core;
  why_not = path + ": this is no core file of an x86-64 program (is it compressed?)";
  return nullptr;
}

CoreFile::~CoreFile() { munmap(const_cast<u8*>(bytes_), length_); }

template <class T>
bool CoreFile::copy(u64 offset, T& to) const {
  if (offset > length_ || length_ - offset < sizeof to) return false;
  std::memcpy(&to, bytes_ + offset, sizeof to);
  return true;
}

bool CoreFile::parse() {
  Elf64_Ehdr header{};
  if (!copy(0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_type != ET_CORE ||
      header.e_machine != EM_X86_64 || header.e_phentsize != sizeof(Elf64_Phdr)) {
    return false;
  }
  u64 count = header.e_phnum;
  Elf64_Shdr first{};  // where more than 65534 mappings are counted
  if (count == PN_XNUM && copy(header.e_shoff, first)) count = first.sh_info;
  for (u64 i = 0; i < std::min(count, kMostMappings); ++i) {
    Elf64_Phdr part{};
    if (!copy(header.e_phoff + i * sizeof part, part)) return false;
    if (part.p_type == PT_NOTE) take_notes(part.p_offset, part.p_filesz);
    const bool kernels = part.p_vaddr >= kUserEnd || part.p_memsz > kUserEnd - part.p_vaddr;  // [vsyscall]
    if (part.p_type != PT_LOAD || part.p_memsz == 0 || kernels) continue;
    const u64 here =
        part.p_offset > length_ ? 0 : std::min<u64>({part.p_filesz, part.p_memsz, length_ - part.p_offset});
    truncated_ |= here < std::min<u64>(part.p_filesz, part.p_memsz);
    if (here > 0) segments_.push_back({part.p_vaddr, part.p_vaddr + here, part.p_offset});
    Region region;
    region.start = part.p_vaddr;
    region.end = part.p_vaddr + part.p_memsz;
    region.readable = (part.p_flags & PF_R) != 0;
    region.writable = (part.p_flags & PF_W) != 0;
    region.executable = (part.p_flags & PF_X) != 0;
    scene_.regions.push_back(std::move(region));
  }
  std::sort(segments_.begin(), segments_.end(), [](const Segment& a, const Segment& b) { return a.start < b.start; });
  std::sort(scene_.regions.begin(), scene_.regions.end(),
            [](const Region& a, const Region& b) { return a.start < b.start; });
  name_regions();
  scene_.library = library_range(*this, scene_.regions);
  return !scene_.threads.empty();
}

void CoreFile::take_notes(u64 offset, u64 length) {
  const u64 end = offset > length_ ? 0 : offset + std::min(length, length_ - offset);
  Elf64_Nhdr note{};
  while (offset < end && copy(offset, note)) {
    const u64 name = offset + sizeof note;
    const u64 content = name + ((u64{note.n_namesz} + 3) & ~u64{3});
    if (content > end || note.n_descsz > end - content) return;
    take_note(note.n_type, content, note.n_descsz);
    offset = content + ((u64{note.n_descsz} + 3) & ~u64{3});
  }
}

void CoreFile::take_note(u32 type, u64 offset, u64 length) {
  if (type == NT_PRSTATUS) {
    elf_prstatus status{};
    if (length < sizeof status || !copy(offset, status)) return;
    ThreadState thread;
    thread.tid = static_cast<u64>(status.pr_pid);
    thread.words.resize(ELF_NGREG);
    std::memcpy(thread.words.data(), &status.pr_reg, sizeof status.pr_reg);
    thread.sp = reinterpret_cast<const elf_greg_t*>(&status.pr_reg)[19];  // rsp in user_regs_struct
    scene_.threads.push_back(std::move(thread));
  } else if (type == NT_FPREGSET && !scene_.threads.empty()) {  // of the thread whose status came before
    std::vector<u64>& words = scene_.threads.back().words;
    const size_t before = words.size();
    words.resize(before + length / sizeof(u64));
    std::memcpy(words.data() + before, bytes_ + offset, length / sizeof(u64) * sizeof(u64));
  } else if (type == NT_PRPSINFO) {
    elf_prpsinfo info{};
    if (length >= sizeof info && copy(offset, info)) pid_ = static_cast<u64>(info.pr_pid);
  } else if (type == NT_FILE) {
    take_file_names(offset, length);
  }
}

// count, page size, then (start, end, offset in pages) for each, then their names.
void CoreFile::take_file_names(u64 offset, u64 length) {
  u64 head[2] = {};
  if (length < sizeof head || !copy(offset, head) || head[0] > (length - sizeof head) / 24) return;
  const char* name = reinterpret_cast<const char*>(bytes_ + offset + sizeof head + head[0] * 24);
  const char* end = reinterpret_cast<const char*>(bytes_ + offset + length);
  for (u64 i = 0; i < head[0] && name < end; ++i) {
    u64 place[3] = {};
    if (!copy(offset + sizeof head + i * 24, place)) return;
    Region file;
    file.start = place[0];
    file.end = place[1];
    file.file_offset = place[2] * head[1];
    file.path.assign(name, strnlen(name, static_cast<size_t>(end - name)));
    name += file.path.size() + 1;
    files_.push_back(std::move(file));
  }
}

// Files by their note; the main thread's stack by its stack pointer; brk's heap by being one.
void CoreFile::name_regions() {
  std::sort(files_.begin(), files_.end(), [](const Region& a, const Region& b) { return a.path < b.path; });
  for (Region& region : scene_.regions) {
    for (size_t i = 0; i < files_.size(); ++i) {
      if (region.start < files_[i].start || region.end > files_[i].end) continue;
      region.path = files_[i].path;
      region.file_offset = files_[i].file_offset + (region.start - files_[i].start);
      region.inode = i + 1;
      while (region.inode > 1 && files_[region.inode - 2].path == region.path) --region.inode;
    }
    for (const ThreadState& thread : scene_.threads) {
      if (thread.tid == pid_ && region.start <= thread.sp && thread.sp < region.end) region.path = "[stack]";
    }
    if (!region.path.empty() || !region.writable) continue;
    ChunkWalk walk(*this, {region.start, region.end});
    u32 chunks = 0;
    while (walk.step()) ++chunks;
    if (walk.whole() && chunks > 2) region.path = "[heap]";
  }
}

const CoreFile::Segment* CoreFile::segment_at(u64 address) const {
  auto after = std::upper_bound(segments_.begin(), segments_.end(), address,
                                [](u64 value, const Segment& segment) { return value < segment.start; });
  if (after == segments_.begin() || address >= std::prev(after)->end) return nullptr;
  return &*std::prev(after);
}

u64 CoreFile::read(u64 from, void* to, u64 bytes) const {
  const Segment* segment = segment_at(from);
  if (segment == nullptr) return 0;
  const u64 here = std::min(bytes, segment->end - from);
  std::memcpy(to, bytes_ + segment->file_offset + (from - segment->start), here);
  return here;
}

u64 CoreFile::present(u64 from, u64 end) const {
  if (segment_at(from) != nullptr) return from;
  const auto next = std::upper_bound(segments_.begin(), segments_.end(), from,
                                     [](u64 value, const Segment& segment) { return value < segment.start; });
  return next == segments_.end() ? end : std::min(end, next->start);
}

}  // namespace lw
