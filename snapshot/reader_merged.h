// SPDX-License-Identifier: Apache-2.0
// The merged file: a set of snapshots in one file.
//
//   merged file = MergedHeader (member header, member)*     little-endian, nothing between them
//   member      = a whole snapshot file
//
// A set has no order and no duplicates; the file has one order for it (MemberKey) and each member once.
// So the union of sets is associative, commutative and idempotent to the byte, and any tree of machines may merge in
// any order. Members are not interpreted, damaged ones included: merging loses nothing.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "snapshot/layout.h"
#include "snapshot/load_error.h"

namespace lw {

inline constexpr u8 kMergedMagic[8] = {0x89, 'L', 'W', 'M', '\r', '\n', 0x1a, '\n'};
inline constexpr u32 kMergedVersion = 1;

struct MergedHeader {
  u8 magic[8];
  u32 version;
  u32 header_bytes;  // where the first member header stands
  u64 member_count;
  u64 checksum;  // XXH64, seed 0, of the 24 bytes above
};
static_assert(sizeof(MergedHeader) == 32);

struct MemberHeader {
  u64 bytes;     // of the member, which follows
  u64 checksum;  // XXH64, seed 0, of the member
};
static_assert(sizeof(MemberHeader) == 16);

MergedHeader merged_header(u64 member_count);

// What members are sorted by: the newest first (readers do least work so), then checksum and length. Members that are
// equal in all three are the same.
struct MemberKey {
  u64 taken_unix_ns = 0;  // 0 if the member is too short to say
  u64 checksum = 0, bytes = 0;

  bool operator<(const MemberKey& other) const {
    if (taken_unix_ns != other.taken_unix_ns) return taken_unix_ns > other.taken_unix_ns;
    return checksum != other.checksum ? checksum < other.checksum : bytes < other.bytes;
  }
};
MemberKey key_of(std::span<const u8> member);

// Does the file begin as a merged one? False if it cannot be read.
bool is_merged_file(const std::string& path);

// Calls `visit` with each member whose checksum is right, its number from 1 on, and the offset of its bytes, in the
// order of the file. One member is in memory at a time. What is wrong is said in the result; after a member whose
// length cannot be true, nothing more is read.
std::vector<LoadError> for_each_member(
    const std::string& path, const std::function<void(std::span<const u8> member, u64 number, u64 offset)>& visit);

}  // namespace lw
