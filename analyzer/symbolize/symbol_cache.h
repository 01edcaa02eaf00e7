// SPDX-License-Identifier: Apache-2.0
// Answers about one object, kept on disk. One file per object, named by its build id, so it is found again
// whatever path or machine the object was seen under.
//
//   file   = header block*
//   header = magic, u32 version, u32 source (NameSource), u64 fingerprint, u64 checksum of what stands before it
//   block  = u64 payload bytes, u64 checksum of the payload, payload: what one run of leakwatch added
//
// A cache may be thrown away at any time. So it is: a header of another version, a damaged block and all after it,
// a file that grew too large, the files not used for the longest time when all of them are too large together.
// Two runs that write at the same time both leave a whole file, of which the later one stays.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/symbolize/frame_codec.h"
#include "analyzer/symbolize/raw_frame.h"

namespace lw {

class SymbolCache {
 public:
  SymbolCache() = default;  // keeps nothing

  // The answers kept in `directory` for the object `name`. `source` and `fingerprint` tell what answers could be made
  // from now. Older answers that were made from something richer stay good: the build id says that the code is the
  // same. Those made from something poorer are dropped.
  SymbolCache(std::string directory, std::string name, NameSource source, uint64_t fingerprint);

  // nullptr if the file offset was never asked for.
  const std::vector<RawFrame>* find(uint64_t file_offset) const;

  void add(uint64_t file_offset, const std::vector<RawFrame>& frames);

  // Writes what was added. Failure is silent: the next report is slower, that is all.
  void save();

 private:
  struct Header;
  std::string path() const { return directory_ + '/' + name_; }
  Header header() const;

  std::string directory_, name_;
  NameSource source_ = NameSource::kNone;
  uint64_t fingerprint_ = 0;
  bool may_write_ = false;  // false while the file on disk knows more than could be found out now
  FramesByOffset known_, added_;
};

}  // namespace lw
