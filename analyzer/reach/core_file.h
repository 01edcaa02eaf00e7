// SPDX-License-Identifier: Apache-2.0
// The memory and the registers of a process at its death, from a core file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/reach/look.h"

namespace lw {

class CoreFile {
 public:
  // nullptr if it cannot be read or is no core file of x86-64; `why_not` then says so in a sentence.
  static std::unique_ptr<CoreFile> open(const std::string& path, std::string& why_not);
  ~CoreFile();
  CoreFile(const CoreFile&) = delete;
  CoreFile& operator=(const CoreFile&) = delete;

  u64 pid() const { return pid_; }
  // Mappings, threads with all their registers, leakwatch's own library. What the kernel kept is not in a core file.
  const Scene& scene() const { return scene_; }
  // The file is shorter than it says: what is missing cannot be searched, so nothing may be called lost.
  bool truncated() const { return truncated_; }

  // What ReachPass asks for (snapshot/reach_pass.h).
  u64 read(u64 from, void* to, u64 bytes) const;
  u64 present(u64 from, u64 end) const;
  u64 root(u64 from, u64 end) const { return present(from, end); }
  bool word(u64 address, u64& value) const { return read(address, &value, sizeof value) == sizeof value; }
  bool out_of_time() const { return false; }

 private:
  struct Segment {
    u64 start, end, file_offset;  // memory [start, end) stands in the file
  };

  CoreFile(const u8* bytes, u64 length) : bytes_(bytes), length_(length) {}
  bool parse();
  void take_notes(u64 offset, u64 length);
  void take_note(u32 type, u64 offset, u64 length);
  void take_file_names(u64 offset, u64 length);
  void name_regions();
  template <class T>
  bool copy(u64 offset, T& to) const;
  const Segment* segment_at(u64 address) const;

  const u8* bytes_;
  u64 length_;
  u64 pid_ = 0;
  bool truncated_ = false;
  std::vector<Segment> segments_;  // by start
  std::vector<Region> files_;      // as the note of file mappings lists them
  Scene scene_;
};

}  // namespace lw
