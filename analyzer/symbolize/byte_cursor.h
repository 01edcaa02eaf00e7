// SPDX-License-Identifier: Apache-2.0
// Reads numbers and texts from bytes that may be damaged. Past the end everything is 0 or empty, and good() says
// that this happened; so a reader checks once, where it would act on what it read.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace lw {

class ByteCursor {
 public:
  explicit ByteCursor(std::string_view bytes) : rest_(bytes) {}

  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }
  size_t left() const { return rest_.size(); }

  // The next `count` bytes; none, and not good, if there are fewer.
  std::string_view take(uint64_t count) {
    if (count > rest_.size()) {
      rest_ = {};
      good_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  template <typename Number>  // of the machine's own byte order
  Number number() {
    Number value = 0;
    const std::string_view bytes = take(sizeof(value));
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof(value));
    return value;
  }

  uint64_t uleb() {
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = number<uint8_t>();
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  int64_t sleb() {
    uint64_t value = 0;
    for (unsigned shift = 0;;) {
      const auto byte = number<uint8_t>();
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      shift += 7;
      if (byte >= 0x80) continue;
      if ((byte & 0x40) != 0 && shift < 64) value |= ~uint64_t{0} << shift;
      return static_cast<int64_t>(value);
    }
  }

  // Up to the next zero byte, which is skipped.
  std::string_view text() {
    const size_t end = rest_.find('\0');
    if (end == std::string_view::npos) return take(rest_.size() + 1);
    const std::string_view taken = take(end);
    rest_.remove_prefix(1);
    return taken;
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace lw
