// SPDX-License-Identifier: Apache-2.0
// What is loaded where: the lines of /proc/self/maps and the notes of an object's image, as they are and as they
// should not be.
#include <elf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstring>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "interposer/dump/build_id.h"
#include "interposer/dump/mappings.h"
#include "interposer/dump/maps_file.h"
#include "interposer/state/site_table.h"
#include "tests/unit/state/fixture.h"

namespace lw::test {
namespace {

struct Line {
  u64 start, end, file_offset;
  bool executable;
  std::string path;
  bool operator==(const Line&) const = default;
};

std::vector<Line> lines_of(const std::string& text) {
  char path[] = "/tmp/leakwatch-maps-XXXXXX";
  const int fd = mkstemp(path);
  REQUIRE(write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  close(fd);
  std::vector<Line> lines;
  CHECK(read_maps(path, &lines, [](void* self, const MapsLine& line) {
    static_cast<std::vector<Line>*>(self)->push_back(
        {line.start, line.end, line.file_offset, line.executable, line.path});
  }));
  unlink(path);
  return lines;
}

// An object's first page: a header, program headers, notes.
struct Image {
  alignas(8) u8 bytes[4096] = {};

  Elf64_Ehdr& header() { return *reinterpret_cast<Elf64_Ehdr*>(bytes); }
  Elf64_Phdr& segment(u32 i) { return reinterpret_cast<Elf64_Phdr*>(bytes + sizeof(Elf64_Ehdr))[i]; }

  explicit Image(u16 segments) {
    std::memcpy(header().e_ident, ELFMAG, SELFMAG);
    header().e_ident[EI_CLASS] = ELFCLASS64;
    header().e_phoff = sizeof(Elf64_Ehdr);
    header().e_phentsize = sizeof(Elf64_Phdr);
    header().e_phnum = segments;
  }

  void load_at(u32 i, u64 address, u64 offset = 0) {
    segment(i).p_type = PT_LOAD;
    segment(i).p_vaddr = address;
    segment(i).p_offset = offset;
  }
  void notes_at(u32 i, u64 address, u64 length) {
    segment(i).p_type = PT_NOTE;
    segment(i).p_vaddr = address;
    segment(i).p_filesz = length;
  }
  // Returns where the next note goes.
  u64 note(u64 at, u32 type, const char* name, const std::string& description) {
    const Elf64_Nhdr note{static_cast<u32>(std::strlen(name) + 1), static_cast<u32>(description.size()), type};
    std::memcpy(bytes + at, &note, sizeof note);
    std::memcpy(bytes + at + sizeof note, name, note.n_namesz);
    const u64 begin = at + sizeof note + ((note.n_namesz + 3) & ~3u);
    std::memcpy(bytes + begin, description.data(), description.size());
    return begin + ((description.size() + 3) & ~u64{3});
  }

  std::string build_id(u32 room = 32) const {
    u8 id[64];
    const u32 length = read_build_id(reinterpret_cast<u64>(bytes), id, room);
    return std::string(reinterpret_cast<char*>(id), length);
  }
};

const std::string kId = "twenty bytes of id!!";

// Code of this process as if from a file: two pages that nothing else of the file touches, so that the kernel keeps
// them apart. The path of each looks like "/memfd:plugin 3 (deleted)".
class FileOfCode {
 public:
  explicit FileOfCode(const std::string& name, void* at = nullptr) {
    const int fd = memfd_create(name.c_str(), 0);
    REQUIRE(ftruncate(fd, kBytes) == 0);
    at_ = mmap(at, kBytes, PROT_READ | PROT_EXEC, MAP_PRIVATE | (at != nullptr ? MAP_FIXED : 0), fd, 0);
    close(fd);
    REQUIRE(at_ != MAP_FAILED);
  }
  FileOfCode(FileOfCode&& other) noexcept : at_(std::exchange(other.at_, nullptr)) {}
  ~FileOfCode() {
    if (at_ != nullptr) munmap(at_, kBytes);
  }
  void* at() const { return at_; }
  // A return address in it.
  u64 frame() const { return reinterpret_cast<u64>(at_) + 16; }

 private:
  static constexpr u64 kBytes = 8192;
  void* at_;
};

// The record of the code at that address, by the rule that readers go by; nullptr: there is not exactly one.
const Mapping* object_of(u64 frame, u32 epoch) {
  const Mapping* found = nullptr;
  for (u32 i = 0; i < used_records(TableId::kMappings); ++i) {
    const Mapping& mapping = records<Mapping>(TableId::kMappings)[i];
    if (frame - 1 < mapping.start || frame - 1 >= mapping.end || mapping.loaded_epoch > epoch) continue;
    if (mapping.unloaded_epoch != 0 && epoch >= mapping.unloaded_epoch) continue;
    if (found != nullptr) return nullptr;
    found = &mapping;
  }
  return found;
}

std::string path_of(const Mapping* mapping) {
  if (mapping == nullptr) return "";
  return {records<char>(TableId::kText) + mapping->path_offset, mapping->path_bytes};
}

}  // namespace

TEST_CASE("The lines of a map are taken apart", "[state]") {
  const auto lines = lines_of(
      "55d0c0a00000-55d0c0a2c000 r--p 00000000 08:01 1234   /usr/bin/x\n"
      "55d0c0a2c000-55d0c0b00000 r-xp 0002c000 08:01 1234   /usr/bin/x\n"
      "7f0000000000-7f0000021000 rw-p 00000000 00:00 0 \n"
      "7ffd1000-7ffd2000 rwxs 00001000 00:05 77  /srv/a b/lib (deleted)\n"
      "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0   [vsyscall]\n");
  CHECK(lines == std::vector<Line>{
                     {0x55d0c0a00000, 0x55d0c0a2c000, 0, false, "/usr/bin/x"},
                     {0x55d0c0a2c000, 0x55d0c0b00000, 0x2c000, true, "/usr/bin/x"},
                     {0x7f0000000000, 0x7f0000021000, 0, false, ""},
                     {0x7ffd1000, 0x7ffd2000, 0x1000, true, "/srv/a b/lib (deleted)"},
                     {0xffffffffff600000, 0xffffffffff601000, 0, true, "[vsyscall]"},
                 });
}

TEST_CASE("Lines that are no lines of a map are passed over", "[state]") {
  CHECK(lines_of("").empty());
  CHECK(lines_of("\n\n\n").empty());
  CHECK(lines_of("hello\n1000\n1000-\n1000-2000\n1000-2000 r-x\n1000-2000 r-xp\n2000-1000 r-xp 0 0:0 0 /x\n").empty());
  CHECK(lines_of("1000-2000 r-xp 0 08:01 7 /no newline at the end").empty());
  CHECK(lines_of("junk\n1000-2000 r-xp 0 08:01 7 /x\n").size() == 1);
}

TEST_CASE("A line that is longer than the buffer is left out, its rest is no line, and the next one is whole",
          "[state]") {
  const std::string next = "3000-4000 r-xp 00000000 08:01 7 /next\n";
  for (const u64 length : {4000u, 4055u, 4056u, 4095u, 4096u, 9000u}) {
    // Somebody names a file so that its tail looks like a line.
    const std::string tail = "/5000-6000 r-xp 00000000 08:01 7 /forged";
    const std::string path = "/" + std::string(length - tail.size() - 1, 'p') + tail;
    const auto lines = lines_of("1000-2000 r-xp 00000000 08:01 7 " + path + "\n" + next);
    CAPTURE(length);
    REQUIRE_FALSE(lines.empty());
    CHECK(lines.back().path == "/next");
    CHECK(lines.size() == (length <= 4056 ? 2 : 1));
  }
}

TEST_CASE("Many lines pass through the small buffer unharmed", "[state]") {
  std::string text;
  for (u32 i = 1; i <= 2000; ++i) {
    char line[512];
    snprintf(line, sizeof line, "%x-%x r-xp 00000000 08:01 7 /%s/%u\n", i * 0x2000, i * 0x2000 + 0x1000,
             std::string(i % 300, 'd').c_str(), i);
    text += line;
  }
  const auto lines = lines_of(text);
  REQUIRE(lines.size() == 2000);
  for (u32 i = 1; i <= 2000; ++i) {
    REQUIRE(lines[i - 1].start == i * 0x2000);
    REQUIRE(lines[i - 1].path == "/" + std::string(i % 300, 'd') + "/" + std::to_string(i));
  }
}

TEST_CASE("No map is no lines", "[state]") {
  CHECK_FALSE(read_maps("/nowhere/maps", nullptr, [](void*, const MapsLine&) { FAIL("there is none"); }));
}

TEST_CASE("A build id is found among other notes, in whichever segment it is", "[state]") {
  Image image(3);
  image.load_at(0, 0);
  image.notes_at(1, 512, image.note(512, 1, "GNU", "an abi tag......") - 512);
  u64 end = image.note(1024, NT_GNU_BUILD_ID, "Go", "not this one");
  end = image.note(end, NT_GNU_BUILD_ID, "GNU", kId);
  image.notes_at(2, 1024, end - 1024);
  CHECK(image.build_id() == kId);
  CHECK(image.build_id(8) == kId.substr(0, 8));
}

TEST_CASE("An object that is linked to another address than it is loaded at has its notes there too", "[state]") {
  Image image(2);
  image.load_at(0, 0x400000);
  image.notes_at(1, 0x400000 + 512, image.note(512, NT_GNU_BUILD_ID, "GNU", kId) - 512);
  CHECK(image.build_id() == kId);
}

TEST_CASE("An object without notes, or with damaged ones, has no build id", "[state]") {
  Image image(2);
  image.load_at(0, 0);
  CHECK(image.build_id().empty());

  const u64 end = image.note(512, NT_GNU_BUILD_ID, "GNU", kId);
  image.notes_at(1, 512, end - 512 - 4);  // cut off
  CHECK(image.build_id().empty());
  image.notes_at(1, 512, end - 512);
  CHECK(image.build_id() == kId);
  Elf64_Nhdr& note = *reinterpret_cast<Elf64_Nhdr*>(image.bytes + 512);
  note.n_descsz = 0xffffffff;
  CHECK(image.build_id().empty());
  note.n_descsz = 20;
  note.n_namesz = 0xffffffff;
  CHECK(image.build_id().empty());
  note.n_namesz = 4;

  image.notes_at(1, u64{1} << 46, 64);  // nothing is there
  CHECK(image.build_id().empty());
  image.notes_at(1, 512, end - 512);
  image.header().e_phentsize = 8;
  CHECK(image.build_id().empty());
  image.header().e_phentsize = sizeof(Elf64_Phdr);
  image.header().e_ident[EI_CLASS] = ELFCLASS32;
  CHECK(image.build_id().empty());
  image.header().e_ident[EI_CLASS] = ELFCLASS64;
  image.header().e_phoff = ~u64{0} - 100;
  CHECK(image.build_id().empty());
  image.bytes[0] = 'x';
  CHECK(image.build_id().empty());
}

TEST_CASE("This very process has its objects entered once, with paths and build ids", "[state]") {
  WatchedProcess process(4096);
  refresh_mappings();
  const u32 count = used_records(TableId::kMappings);
  const u64 here = reinterpret_cast<u64>(&lines_of);
  const Mapping* mine = nullptr;
  for (u32 i = 0; i < count; ++i) {
    const Mapping& mapping = records<Mapping>(TableId::kMappings)[i];
    CHECK(mapping.end > mapping.start);
    CHECK(mapping.loaded_epoch == 1);
    CHECK(mapping.unloaded_epoch == 0);
    if (here >= mapping.start && here < mapping.end) mine = &mapping;
  }
  REQUIRE(mine != nullptr);
  const std::string path(records<char>(TableId::kText) + mine->path_offset, mine->path_bytes);
  CHECK(path.find("unit-tests") != std::string::npos);
  refresh_mappings();
  CHECK(used_records(TableId::kMappings) == count);
  CHECK(process.live().mappings_epoch == 1);
  CHECK(process.live().reuse_count == 0);
}

TEST_CASE("Stacks that were kept before the map was read again get the names of what was loaded since", "[state]") {
  WatchedProcess process(4096);
  refresh_mappings();
  const FileOfCode plugin("late");
  const u64 frame = plugin.frame();
  const u32 epoch = process.live().mappings_epoch;
  CHECK(object_of(frame, epoch) == nullptr);
  notice_new_stack(&frame, 1);
  REQUIRE(has_unknown_code());
  refresh_mappings();
  CHECK_FALSE(has_unknown_code());
  CHECK(path_of(object_of(frame, epoch)) == "/memfd:late (deleted)");
  CHECK(path_of(object_of(frame, process.live().mappings_epoch)) == "/memfd:late (deleted)");
  notice_new_stack(&frame, 1);
  CHECK_FALSE(has_unknown_code());
}

TEST_CASE("What took another object's addresses has its name from then on only, and its stacks are others", "[state]") {
  WatchedProcess process(4096);
  const FileOfCode first("first"), elsewhere("elsewhere");
  refresh_mappings();
  const u64 frame = first.frame(), other = elsewhere.frame();
  const u32 before = process.live().mappings_epoch;
  const u64 key = stack_key({&frame, 1, false}), other_key = stack_key({&other, 1, false});
  const FileOfCode second("second", first.at());
  refresh_mappings();
  CHECK(path_of(object_of(frame, before)) == "/memfd:first (deleted)");
  CHECK(path_of(object_of(frame, process.live().mappings_epoch)) == "/memfd:second (deleted)");
  CHECK(stack_key({&frame, 1, false}) != key);
  CHECK(stack_key({&other, 1, false}) == other_key);
}

TEST_CASE("However many objects come and go, those that are there have their names", "[state]") {
  WatchedProcess process(4096, 1 << 20);
  const u32 room = span_of(TableId::kMappings).capacity;
  const bool names_come_back = GENERATE(true, false);
  const auto name_of = [&](u32 number) {
    return "plugin " + std::to_string(names_come_back ? number % 50 : number) + std::string(60, 'x');
  };
  std::set<u64> epochs;
  for (u32 number = 0; number < 3 * room;) {
    std::vector<FileOfCode> there;
    for (u32 i = 0; i < room / 4; ++i) there.emplace_back(name_of(number++));
    refresh_mappings();
    const u32 epoch = process.live().mappings_epoch;
    CHECK(epochs.insert(epoch).second);
    u32 named = 0;
    for (u32 i = 0; i < room / 4; ++i) {
      const std::string name = "/memfd:" + name_of(number - room / 4 + i) + " (deleted)";
      named += path_of(object_of(there[i].frame(), epoch)) == name;
    }
    REQUIRE(named == room / 4);
  }
}

TEST_CASE("Unknown code is looked for soon, not at any price, and ever more rarely where there is none", "[state]") {
  constexpr u64 kMs = 1'000'000;
  WatchedProcess watched(4096);
  refresh_mappings();
  Process& p = process();
  const u64 at = p.mapped_at_ns, nowhere = 16;
  p.mapping_took_ns = 10 * kMs;
  CHECK_FALSE(mappings_are_due(at + 3600'000 * kMs));
  notice_new_stack(&nowhere, 1);
  CHECK_FALSE(mappings_are_due(at + 199 * kMs));
  CHECK(mappings_are_due(at + 200 * kMs));
  p.mapping_took_ns = kMs / 10;
  CHECK_FALSE(mappings_are_due(at + 99 * kMs));
  CHECK(mappings_are_due(at + 100 * kMs));
  p.futile_mappings = 3;
  CHECK_FALSE(mappings_are_due(at + 799 * kMs));
  CHECK(mappings_are_due(at + 800 * kMs));
  p.futile_mappings = 1'000'000;
  CHECK(mappings_are_due(at + 12'800 * kMs));
  code_is_loaded();
  CHECK_FALSE(mappings_are_due(at + kMs));
  CHECK(mappings_are_due(at + 2 * kMs));
}

TEST_CASE("What was unloaded is settled at once if its place may be taken, else in its time", "[state]") {
  WatchedProcess watched(4096);
  refresh_mappings();
  Process& p = process();
  p.mapping_took_ns = 3600'000'000'000;
  code_is_unloaded();
  refresh_after_unloading();
  CHECK(is_unloading_unsettled());
  code_is_loaded();
  refresh_after_unloading();
  CHECK_FALSE(is_unloading_unsettled());
  code_is_loaded();
  code_is_unloaded();
  p.mapping_took_ns = 0;
  refresh_after_unloading();
  CHECK_FALSE(is_unloading_unsettled());
}

}  // namespace lw::test
