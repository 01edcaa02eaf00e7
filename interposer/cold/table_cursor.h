// SPDX-License-Identifier: Apache-2.0
// Reads the bytes and numbers of which unwind tables are made (DWARF 5, 6.4 and 7.6; LSB, "Exception Frames"), and
// nothing but what can be read. After the first that cannot, all are 0 and ok() is false: check at the end.
#pragma once

#include "interposer/cold/rule_objects.h"

namespace lw {

class TableCursor {
 public:
  // The reader must outlive the cursor, which reads [start, end) at most.
  TableCursor(ObjectReader* reader, u64 start, u64 end) : reader_(reader), at_(start), end_(end) {}

  bool ok() const { return ok_; }
  bool done() const { return at_ >= end_ || !ok_; }
  u64 at() const { return at_; }
  u64 end() const { return end_; }
  void end_at(u64 end) { end_ = end; }
  void skip(u64 bytes) {
    ok_ = ok_ && bytes <= end_ - at_;
    if (ok_) at_ += bytes;
  }

  u8 byte() {
    if (done() || (at_ >= readable_end_ && !admit())) {
      ok_ = false;
      return 0;
    }
    return load_byte(at_++);
  }

  u64 number(u32 bytes) {
    u64 value = 0;
    for (u32 i = 0; i < bytes; ++i) value |= u64{byte()} << 8 * i;
    return value;
  }

  i64 signed_number32() { return static_cast<int>(number(4)); }

  // LEB128. Bits above the 64th are dropped; the loop ends with the bytes at the latest.
  u64 uleb() {
    u64 value = 0;
    for (u32 shift = 0;; shift += 7) {
      const u8 next = byte();
      if (shift < 64) value |= u64{next & 0x7fu} << shift;
      if ((next & 0x80) == 0) return value;
    }
  }

  i64 sleb() {
    u64 value = 0;
    u32 shift = 0;
    u8 next;
    do {
      next = byte();
      if (shift < 64) value |= u64{next & 0x7fu} << shift;
      shift += 7;
    } while ((next & 0x80) != 0);
    if (shift < 64 && (next & 0x40) != 0) value |= ~u64{0} << shift;
    return static_cast<i64>(value);
  }

 private:
  bool admit() {
    if (!reader_->readable(at_)) return false;
    readable_end_ = page_of(at_) + kPageBytes;
    return true;
  }

  ObjectReader* reader_;
  u64 at_;
  u64 end_;
  u64 readable_end_ = 0;
  bool ok_ = true;
};

}  // namespace lw
