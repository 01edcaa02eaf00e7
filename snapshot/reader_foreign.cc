// SPDX-License-Identifier: Apache-2.0
// Names what people point a snapshot reader at by mistake.
#include "snapshot/reader_foreign.h"

#include <algorithm>

#include "snapshot/live_layout.h"

namespace lw {
namespace {

bool is_text(std::span<const u8> bytes) {
  const auto start = bytes.first(std::min<u64>(bytes.size(), 64));
  return std::ranges::all_of(start,
                             [](u8 byte) { return byte >= ' ' || byte == '\n' || byte == '\t' || byte == '\r'; });
}

}  // namespace

bool begins_with(std::span<const u8> bytes, std::span<const u8> start) {
  return bytes.size() >= start.size() && std::equal(start.begin(), start.end(), bytes.begin());
}

std::string what_else_it_is(std::span<const u8> bytes) {
  constexpr u8 kElf[] = {0x7f, 'E', 'L', 'F'};
  constexpr u8 kGzip[] = {0x1f, 0x8b};
  constexpr u8 kZstd[] = {0x28, 0xb5, 0x2f, 0xfd};
  const std::span<const u8> magic = kSnapshotMagic;
  if (begins_with(bytes, magic)) return {};
  if (bytes.empty()) return "is empty";
  if (begins_with(magic, bytes)) return "the file ends inside its header";
  if (begins_with(bytes, magic.first(4))) return "begins like a snapshot that was sent as text: send it as binary";
  if (begins_with(bytes, kLiveMagic)) return "is a live file, not a snapshot";
  if (begins_with(bytes, kElf)) return "is not a snapshot: it is a program or library";
  if (begins_with(bytes, kGzip) || begins_with(bytes, kZstd))
    return "is not a snapshot: it is compressed, unpack it first";
  if (is_text(bytes)) return "is not a snapshot: it is text";
  return "is not a snapshot: it does not begin like one";
}

}  // namespace lw
