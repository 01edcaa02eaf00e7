// SPDX-License-Identifier: Apache-2.0
// Walks through the payload of one section. After the first thing that is not as it should be every read returns
// nothing, so a record is read without looking, and asked for once at its end whether it was one.
// Private to snapshot/reader*.cc.
#pragma once

#include <cmath>
#include <cstring>
#include <span>
#include <string>

#include "snapshot/varint.h"

namespace lw {

class Cursor {
 public:
  // `file_offset` is where the payload begins in the file.
  Cursor(std::span<const u8> payload, u64 file_offset)
      : begin_(payload.data()), at_(begin_), end_(begin_ + payload.size()), file_offset_(file_offset) {}

  bool ok() const { return failure_ == nullptr; }
  const char* failure() const { return failure_; }
  u64 offset() const { return file_offset_ + static_cast<u64>(item_ - begin_); }  // of the item read last
  u64 left() const { return static_cast<u64>(end_ - at_); }

  void fail(const char* reason) {
    if (ok()) {
      failure_ = reason;
    }
  }

  u64 varint() {
    item_ = at_;
    u64 value = 0;
    const u8* next = ok() ? get_varint(at_, end_, &value) : nullptr;
    if (next == nullptr) {
      fail("a number runs past the end or is longer than 64 bits");
      return 0;
    }
    at_ = next;
    return value;
  }

  u64 difference_to(u64 before) { return before + unzigzag(varint()); }

  u64 sum_with(u64 base) {
    const u64 more = varint();
    if (more > ~base) {
      fail("a sum does not fit into 64 bits");
    }
    return base + more;
  }

  f64 real64() { return real<f64>(); }
  f64 real32() { return real<f32>(); }

  std::string text() {
    const u64 length = varint();
    if (length > left()) {
      fail("a text runs past the end");
    }
    if (!ok()) {
      return {};
    }
    const auto* first = reinterpret_cast<const char*>(at_);
    at_ += length;
    return std::string(first, length);
  }

 private:
  // Amounts are finite and not negative, whatever they count.
  template <class Real>
  f64 real() {
    item_ = at_;
    Real value = 0;
    if (left() < sizeof value) {
      fail("an amount runs past the end");
    }
    if (!ok()) {
      return 0;
    }
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    if (!std::isfinite(value) || value < 0) {
      fail("an amount is negative, infinite or no number");
      return 0;
    }
    return static_cast<f64>(value);
  }

  const u8* begin_;
  const u8* at_;
  const u8* end_;
  const u8* item_ = begin_;
  u64 file_offset_;
  const char* failure_ = nullptr;
};

}  // namespace lw
