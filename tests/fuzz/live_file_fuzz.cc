// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as a live file: the check and the encoder never leave them, the encoder writes no more than a few
// times what it was given, and what it writes is a snapshot that the reader finds nothing wrong with. That holds
// even for a file that did not pass its check, for its header may change right after.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "snapshot/encode.h"
#include "snapshot/reader.h"

namespace {

using namespace lw;

int append(void* self, const void* from, u64 length) {
  auto& to = *static_cast<std::vector<u8>*>(self);
  const auto* first = static_cast<const u8*>(from);
  to.insert(to.end(), first, first + length);
  return 0;
}

int patch(void* self, u64 offset, const void* from, u64 length) {
  std::memcpy(static_cast<std::vector<u8>*>(self)->data() + offset, from, length);
  return 0;
}

void require(bool holds, const char* otherwise) {
  if (!holds) {
    std::fprintf(stderr, "%s\n", otherwise);
    abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size) {
  const std::vector<u8> file(data, data + size);  // aligned, and with a fence behind its last byte
  if (size < kLiveHeaderBytes) {
    require(check_live(file.data(), size) != nullptr, "a file shorter than its header passed the check");
    return 0;
  }
  check_live(file.data(), size);
  std::vector<u8> scratch(kEncodeScratchBytes);
  std::vector<u8> snapshot;
  const EncodeRequest request{DumpReason::kPeek, 2'000'000'000'000, 1'700'000'000'000'000'000, 0};
  require(encode_snapshot({file.data(), size}, request, scratch.data(), {&snapshot, append, patch}) == 0,
          "an error from nowhere");
  require(snapshot.size() <= 8 * size, "the snapshot is out of proportion");
  for (const LoadError& error : read_snapshot(snapshot, "fuzzed").errors) {
    require(false, error.sentence().c_str());
  }
  return 0;
}
