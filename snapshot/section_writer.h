// SPDX-License-Identifier: Apache-2.0
// Turns fields into the bytes of a snapshot: collects them in a lent buffer, hashes and hands them on when it is
// full, and goes back to fill in a section's header once its length is known. The file's own header is the last
// thing written: a file that was left behind half-written does not begin like a snapshot.
//
// After the sink's first refusal nothing more is asked of it and everything else here does nothing.
#pragma once

#include "snapshot/encode.h"
#include "snapshot/hash.h"
#include "snapshot/varint.h"

namespace lw {

class SectionWriter {
 public:
  SectionWriter(ByteSink sink, u8* buffer, u32 buffer_bytes) : sink_(sink), buffer_(buffer), capacity_(buffer_bytes) {
    const FileHeader room{};
    append(&room, sizeof room);
  }

  void begin(SectionType type) {
    section_ = SectionHeader{};
    section_.type = type;
    section_offset_ = file_bytes_;
    append(&section_, sizeof section_);
    payload_hash_ = HashStream();
  }

  void end() {
    flush();
    section_.payload_bytes = file_bytes_ - section_offset_ - sizeof section_;
    section_.checksum = payload_hash_.value();
    patch(section_offset_, &section_, sizeof section_);
    ++section_count_;
  }

  void record() { ++section_.record_count; }

  void varint(u64 value) {
    make_room(kVarintBytes);
    fill_ = static_cast<u32>(put_varint(buffer_ + fill_, value) - buffer_);
  }
  void difference(u64 value, u64 before) { varint(zigzag(value - before)); }
  void real64(f64 value) { bytes(&value, sizeof value); }
  void real32(f32 value) { bytes(&value, sizeof value); }
  void byte(u8 value) {
    make_room(1);
    buffer_[fill_++] = value;
  }

  // Writes the file's header; magic, version and lengths are filled in here.
  void finish(FileHeader header) {
    __builtin_memcpy(header.magic, kSnapshotMagic, sizeof header.magic);
    header.version = kSnapshotVersion;
    header.header_bytes = sizeof header;
    header.section_count = section_count_;
    header.file_bytes = file_bytes_;
    header.checksum = hash64(&header, offsetof_checksum);
    patch(0, &header, sizeof header);
  }

  int error() const { return error_; }

 private:
  static constexpr u64 offsetof_checksum = __builtin_offsetof(FileHeader, checksum);

  void bytes(const void* from, u32 length) {
    make_room(length);
    __builtin_memcpy(buffer_ + fill_, from, length);
    fill_ += length;
  }
  void make_room(u32 length) {
    if (capacity_ - fill_ < length) {
      flush();
    }
  }
  void flush() {
    payload_hash_.add(buffer_, fill_);
    append(buffer_, fill_);
    fill_ = 0;
  }
  void append(const void* from, u64 length) {
    if (error_ == 0 && length > 0) {
      error_ = sink_.append(sink_.self, from, length);
      file_bytes_ += length;
    }
  }
  void patch(u64 offset, const void* from, u64 length) {
    if (error_ == 0) {
      error_ = sink_.patch(sink_.self, offset, from, length);
    }
  }

  ByteSink sink_;
  u8* buffer_;
  u32 capacity_;
  u32 fill_ = 0;
  int error_ = 0;
  u32 section_count_ = 0;
  u64 file_bytes_ = 0;
  u64 section_offset_ = 0;
  SectionHeader section_{};
  HashStream payload_hash_;
};

}  // namespace lw
