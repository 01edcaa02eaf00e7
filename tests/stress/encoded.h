// SPDX-License-Identifier: Apache-2.0
// A snapshot of a process that goes on meanwhile, as a file's bytes.
#pragma once

#include <cstring>
#include <vector>

#include "interposer/platform/clock.h"
#include "snapshot/encode.h"
#include "tests/unit/state/fixture.h"

namespace lw::test {

inline std::vector<u8> encoded(const WatchedProcess& watched, std::vector<u8>& scratch) {
  const auto append = [](void* self, const void* bytes, u64 length) {
    auto& file = *static_cast<std::vector<u8>*>(self);
    file.insert(file.end(), static_cast<const u8*>(bytes), static_cast<const u8*>(bytes) + length);
    return 0;
  };
  const auto patch = [](void* self, u64 offset, const void* bytes, u64 length) {
    std::memcpy(static_cast<std::vector<u8>*>(self)->data() + offset, bytes, length);
    return 0;
  };
  std::vector<u8> file;
  encode_snapshot(watched.view(), {DumpReason::kPeriod, monotonic_ns(), 1, 0}, scratch.data(), {&file, append, patch});
  return file;
}

}  // namespace lw::test
