// SPDX-License-Identifier: Apache-2.0
// Snapshot bytes → checked records: the frame of the file, and what refers from one section to another. The records
// themselves are read in reader_sections.cc.
#include "snapshot/reader.h"

#include <algorithm>
#include <map>

#include "snapshot/hash.h"
#include "snapshot/reader_foreign.h"
#include "snapshot/reader_sections.h"

namespace lw {
namespace {

std::string counted(u64 count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

const SectionKind* kind_of(SectionType type) {
  const auto kinds = section_kinds();
  const auto found = std::ranges::find(kinds, type, &SectionKind::type);
  return found == kinds.end() ? nullptr : &*found;
}

struct FoundSection {
  SectionHeader header;
  u64 offset;  // of the section's header in the file
  bool sound;  // the checksum is right
};

class Reading {
 public:
  Reading(std::span<const u8> bytes, const std::string& name, const LeaveOut& leave_out)
      : bytes_(bytes), name_(name), leave_out_(leave_out) {}

  LoadedSnapshot run() {
    if (read_header()) {
      find_sections();
      if (!refused_) {
        read_sections();
        check_references();
        date_without_header();
      }
    }
    return std::move(loaded_);
  }

 private:
  void error(u64 offset, std::string reason) { loaded_.errors.push_back({name_, offset, std::move(reason)}); }

  // False if there is no way on.
  bool read_header() {
    if (std::string foreign = what_else_it_is(bytes_); !foreign.empty()) {
      error(0, std::move(foreign));
      return false;
    }
    if (bytes_.size() < sizeof header_) {
      error(bytes_.size(), "the file ends inside its header");
      return false;
    }
    std::memcpy(&header_, bytes_.data(), sizeof header_);
    if (header_.version != kSnapshotVersion) {
      error(offsetof(FileHeader, version), version_sentence());
      return false;
    }
    header_sound_ = hash64(&header_, offsetof(FileHeader, checksum)) == header_.checksum &&
                    header_.header_bytes >= sizeof header_ && header_.header_bytes <= bytes_.size();
    if (!header_sound_) {
      error(0, "the file's header is damaged: why and as which of the process's snapshots it was written is lost");
      header_ = FileHeader{};
      header_.version = kSnapshotVersion;
      header_.header_bytes = sizeof header_;
    }
    if (header_.reason > kLastDumpReason) {
      header_.reason = DumpReason::kNone;
    }
    return true;
  }

  std::string version_sentence() const {
    if (header_.version == 0) {
      return "claims format 0, which never was";
    }
    return "was written by a newer leakwatch (format " + std::to_string(header_.version) + ", this one reads up to " +
           std::to_string(kSnapshotVersion) + ")";
  }

  void find_sections() {
    u64 at = header_.header_bytes;
    const u64 end = header_sound_ ? std::min<u64>(bytes_.size(), header_.file_bytes) : bytes_.size();
    u64 count = 0;
    bool whole = true;
    for (; at < end && whole && !refused_; ++count) {
      whole = find_section(at, end);
    }
    if (!header_sound_ || refused_ || !whole) {
      return;
    }
    if (bytes_.size() < header_.file_bytes) {
      error(bytes_.size(), "the file ends " + std::to_string(header_.file_bytes - bytes_.size()) + " bytes early");
    } else if (bytes_.size() > header_.file_bytes) {
      error(header_.file_bytes,
            counted(bytes_.size() - header_.file_bytes, "byte follows", "bytes follow") + " the end of the snapshot");
    }
    if (count != header_.section_count && bytes_.size() >= header_.file_bytes) {
      error(offsetof(FileHeader, section_count), "has " + counted(count, "section", "sections") +
                                                     " where its header says " + std::to_string(header_.section_count));
    }
  }

  // Moves `at` behind the section that begins there. False if nothing behind it can be found.
  bool find_section(u64& at, u64 end) {
    FoundSection section{{}, at, false};
    if (end - at < sizeof section.header) {
      error(at, "the file ends inside the header of a section");
      return false;
    }
    std::memcpy(&section.header, bytes_.data() + at, sizeof section.header);
    at += sizeof section.header;
    const u64 length = section.header.payload_bytes;
    const SectionKind* kind = kind_of(section.header.type);
    const std::string the_section =
        kind != nullptr ? kind->name + std::string(" section")
                        : "section of the unknown type " + std::to_string(static_cast<u32>(section.header.type));
    if (length > end - at) {
      error(section.offset, "the " + the_section + " ends " + std::to_string(length - (end - at)) + " bytes early");
      return false;
    }
    section.sound = hash64(bytes_.data() + at, length) == section.header.checksum;
    at += length;
    return kind != nullptr ? accept(section, the_section) : pass_over(section, the_section);
  }

  bool accept(const FoundSection& section, const std::string& the_section) {
    if (!section.sound) {
      error(section.offset, "the " + the_section + " is damaged: its checksum is wrong; it was left out");
    }
    if (section.header.flags != 0) {
      error(section.offset + offsetof(SectionHeader, flags), "the " + the_section + " has flags, which it never does");
    }
    if (!sections_.emplace(section.header.type, section).second) {
      error(section.offset, "a second " + the_section + " was left unread");
    }
    return true;
  }

  bool pass_over(const FoundSection& section, const std::string& the_section) {
    if (!section.sound) {
      error(section.offset, "a " + the_section + " is damaged: what follows it cannot be found");
    } else if ((section.header.flags & kSectionRequired) != 0) {
      error(section.offset, "a " + the_section + " must be understood to read this file: use a newer leakwatch");
      refused_ = true;
    }
    return section.sound;
  }

  void read_sections() {
    Snapshot snapshot;
    snapshot.header = header_;
    std::string missing;
    for (const SectionKind& kind : section_kinds()) {
      const auto found = sections_.find(kind.type);
      if (found == sections_.end()) {
        missing += std::string(missing.empty() ? "" : ", ") + kind.name;
      } else if (found->second.sound && !is_left_out(kind, found->second, snapshot) &&
                 read_section(kind, found->second, snapshot) && kind.type == SectionType::kProcess) {
        loaded_.snapshot.emplace();
      }
    }
    if (!missing.empty()) {
      error(bytes_.size(), "these sections are missing: " + missing);
    }
    if (loaded_.snapshot) {
      *loaded_.snapshot = std::move(snapshot);
    }
  }

  bool is_left_out(const SectionKind& kind, const FoundSection& section, Snapshot& snapshot) {
    const bool stacks = kind.type == SectionType::kStacks;
    if (stacks) {
      stack_count_ = section.header.record_count;
      snapshot.stacks_checksum = section.header.checksum;
    }
    if (!leave_out_ || !leave_out_(snapshot, kind.type, section.header)) {
      return false;
    }
    snapshot.stacks_left_out |= stacks;
    return true;
  }

  // True if at least one record could be read.
  bool read_section(const SectionKind& kind, const FoundSection& section, Snapshot& snapshot) {
    const u64 payload_offset = section.offset + sizeof section.header;
    const auto payload = bytes_.subspan(payload_offset, section.header.payload_bytes);
    const std::string the_section = std::string("the ") + kind.name + " section ";
    Cursor cursor(payload, payload_offset);
    const u64 records = section.header.record_count;
    const u64 read = kind.read(cursor, kind.single ? 1 : records, snapshot);
    if (!cursor.ok()) {
      error(cursor.offset(), the_section + "is malformed: " + cursor.failure() + "; " +
                                 counted(read, "record", "records") + " of " + std::to_string(records) +
                                 " could be read");
    } else if (kind.single ? records != 1 : cursor.left() > 0) {
      error(section.offset, the_section + "does not hold the " + counted(records, "record", "records") + " it says");
    }
    return read > 0;
  }

  // Afterwards every number that names a record of another section is the number of one that is there.
  void check_references() {
    if (!loaded_.snapshot) {
      return;
    }
    Snapshot& snapshot = *loaded_.snapshot;
    if (!snapshot.stacks_left_out) {
      stack_count_ = snapshot.stacks.size();
    }
    leave_out_homeless_releases(snapshot);
    forget_absent_makers(snapshot);
    const u64 stackless = point_strays_to_empty(snapshot.sites, &SnapshotSite::stack, stack_count_);
    if (stackless > 0 && !snapshot.stacks_left_out) {
      snapshot.stacks.emplace_back();
    }
    if (stackless > 0) {
      error(offset_of(SectionType::kSites),
            counted(stackless, "site has a stack that is", "sites have stacks that are") + " not in the file");
    }
    const u64 homeless =
        std::erase_if(snapshot.live, [&](const SnapshotLive& sample) { return sample.site >= snapshot.sites.size(); });
    if (homeless > 0) {
      error(offset_of(SectionType::kLive),
            counted(homeless, "live sample was", "live samples were") + " left out: the site is not in the file");
    }
    const u64 threadless = point_strays_to_empty(snapshot.live, &SnapshotLive::thread, snapshot.threads.size());
    if (threadless > 0) {
      snapshot.threads.emplace_back();
      error(offset_of(SectionType::kLive),
            counted(threadless, "live sample has a thread that is", "live samples have threads that are") +
                " not in the file");
    }
  }

  void leave_out_homeless_releases(Snapshot& snapshot) {
    const u64 homeless = std::erase_if(snapshot.releases, [&](const SnapshotRelease& release) {
      return release.site >= snapshot.sites.size() || release.stack >= stack_count_;
    });
    if (homeless > 0) {
      error(offset_of(SectionType::kReleases),
            counted(homeless, "release was", "releases were") + " left out: the site or the stack is not in the file");
    }
  }

  void forget_absent_makers(Snapshot& snapshot) {
    u64 strays = 0;
    for (SnapshotThread& thread : snapshot.threads) {
      const bool no_parent = thread.parent >= snapshot.threads.size();
      const bool no_stack = thread.made_by && *thread.made_by >= stack_count_;
      if (no_parent) thread.parent = 0;
      if (no_stack) thread.made_by.reset();
      strays += no_parent || no_stack;
    }
    if (strays > 0) {
      error(offset_of(SectionType::kThreads),
            counted(strays, "thread was", "threads were") + " made by a thread or stack that is not in the file");
    }
  }

  // A site without a stack still counts, and so does a sample without a thread: what they name wrongly becomes the
  // number of one empty record at the end, which the caller adds. Returns how many did.
  template <class Record>
  static u64 point_strays_to_empty(std::vector<Record>& records, u64 Record::*number, u64 count) {
    u64 strays = 0;
    for (Record& record : records) {
      if (record.*number >= count) {
        record.*number = count;
        ++strays;
      }
    }
    return strays;
  }

  void date_without_header() {
    if (loaded_.snapshot && !header_sound_) {
      const SnapshotProcess& process = loaded_.snapshot->process;
      loaded_.snapshot->header.taken_unix_ns = process.start_unix_ns + process.taken_ns;
    }
  }

  u64 offset_of(SectionType type) const {
    const auto found = sections_.find(type);
    return found == sections_.end() ? bytes_.size() : found->second.offset;
  }

  std::span<const u8> bytes_;
  const std::string& name_;
  const LeaveOut& leave_out_;
  FileHeader header_{};
  u64 stack_count_ = 0;
  bool header_sound_ = false;
  bool refused_ = false;
  std::map<SectionType, FoundSection> sections_;
  LoadedSnapshot loaded_;
};

}  // namespace

std::string LoadError::sentence() const {
  return file + (offset == kWholeFile ? "" : ", offset " + std::to_string(offset)) + ": " + reason;
}

LoadedSnapshot read_snapshot(std::span<const u8> bytes, const std::string& name, const LeaveOut& leave_out) {
  return Reading(bytes, name, leave_out).run();
}

}  // namespace lw
