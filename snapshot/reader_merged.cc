// SPDX-License-Identifier: Apache-2.0
#include "snapshot/reader_merged.h"

#include <algorithm>
#include <cstring>
#include <fstream>

#include "snapshot/hash.h"

namespace lw {
namespace {

constexpr u64 kHashedHeaderBytes = sizeof(MergedHeader) - sizeof(u64);

bool read_exactly(std::ifstream& file, void* to, u64 bytes) {
  file.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes));
  return static_cast<u64>(file.gcount()) == bytes;
}

u64 size_of(std::ifstream& file) {
  file.seekg(0, std::ios::end);
  const auto end = file.tellg();
  file.seekg(0);
  return end < 0 ? 0 : static_cast<u64>(end);
}

const char* what_is_wrong_with(const MergedHeader& header) {
  if (std::memcmp(header.magic, kMergedMagic, sizeof kMergedMagic) != 0) return "it is not a merged file";
  if (header.checksum != hash64(&header, kHashedHeaderBytes)) return "the file header is damaged";
  if (header.version != kMergedVersion) return "it was written by a newer leakwatch";
  if (header.header_bytes < sizeof header) return "the file header is too short";
  return nullptr;
}

}  // namespace

MergedHeader merged_header(u64 member_count) {
  MergedHeader header{{}, kMergedVersion, sizeof(MergedHeader), member_count, 0};
  std::memcpy(header.magic, kMergedMagic, sizeof kMergedMagic);
  header.checksum = hash64(&header, kHashedHeaderBytes);
  return header;
}

MemberKey key_of(std::span<const u8> member) {
  MemberKey key{0, hash64(member.data(), member.size()), member.size()};
  FileHeader header;
  if (member.size() >= sizeof header) {
    std::memcpy(&header, member.data(), sizeof header);
    key.taken_unix_ns = header.taken_unix_ns;
  }
  return key;
}

bool is_merged_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  u8 magic[sizeof kMergedMagic];
  return file && read_exactly(file, magic, sizeof magic) && std::memcmp(magic, kMergedMagic, sizeof magic) == 0;
}

std::vector<LoadError> for_each_member(
    const std::string& path, const std::function<void(std::span<const u8> member, u64 number, u64 offset)>& visit) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {{path, kWholeFile, "it cannot be opened"}};
  const u64 file_bytes = size_of(file);
  MergedHeader header;
  if (!read_exactly(file, &header, sizeof header)) return {{path, 0, "it ends within the file header"}};
  if (const char* wrong = what_is_wrong_with(header)) return {{path, 0, wrong}};

  std::vector<LoadError> errors;
  std::vector<u8> member;
  u64 offset = header.header_bytes;
  for (u64 number = 1; number <= header.member_count; ++number) {
    const std::string name = "snapshot " + std::to_string(number) + " of " + std::to_string(header.member_count);
    MemberHeader head;
    file.seekg(static_cast<std::streamoff>(offset));
    const bool fits = offset + sizeof head <= file_bytes && read_exactly(file, &head, sizeof head) &&
                      head.bytes <= file_bytes - offset - sizeof head;
    if (!fits) {
      errors.push_back({path, std::min(offset, file_bytes), "it ends before " + name + " is complete"});
      break;
    }
    member.resize(head.bytes);
    if (!read_exactly(file, member.data(), head.bytes)) {
      errors.push_back({path, offset, name + " cannot be read"});
      break;
    }
    if (hash64(member.data(), member.size()) == head.checksum) {
      visit(member, number, offset + sizeof head);
    } else {
      errors.push_back({path, offset, name + " is damaged: its checksum is wrong"});
    }
    offset += sizeof head + head.bytes;
  }
  return errors;
}

}  // namespace lw
