// SPDX-License-Identifier: Apache-2.0
// A snapshot taken apart, so that a test can change one thing and put it together again with right checksums.
#pragma once

#include <cstring>
#include <vector>

#include "snapshot/hash.h"
#include "snapshot/layout.h"
#include "snapshot/varint.h"

namespace lw::test {

struct Part {
  SectionHeader header{};
  std::vector<u8> payload;

  Part& varint(u64 value) {
    u8 bytes[kVarintBytes];
    payload.insert(payload.end(), bytes, put_varint(bytes, value));
    return *this;
  }
  Part& varints(std::initializer_list<u64> values) {
    for (const u64 value : values) {
      varint(value);
    }
    return *this;
  }
};

struct FileParts {
  FileHeader header{};
  std::vector<Part> parts;

  explicit FileParts(const std::vector<u8>& bytes) {
    std::memcpy(&header, bytes.data(), sizeof header);
    for (u64 at = sizeof header; at < bytes.size();) {
      Part part;
      std::memcpy(&part.header, &bytes[at], sizeof part.header);
      const u8* payload = &bytes[at] + sizeof part.header;
      part.payload.assign(payload, payload + part.header.payload_bytes);
      at += sizeof part.header + part.payload.size();
      parts.push_back(std::move(part));
    }
  }

  Part& part(SectionType type) {
    for (Part& part : parts) {
      if (part.header.type == type) {
        return part;
      }
    }
    return parts.emplace_back(Part{{type, 0, 0, 0, 0}, {}});
  }

  // Replaces the records of a section.
  Part& rewrite(SectionType type, u64 records) {
    Part& its = part(type);
    its.payload.clear();
    its.header.record_count = records;
    return its;
  }

  std::vector<u8> bytes() {
    std::vector<u8> all(sizeof header);
    for (Part& part : parts) {
      part.header.payload_bytes = part.payload.size();
      part.header.checksum = hash64(part.payload.data(), part.payload.size());
      const auto* first = reinterpret_cast<const u8*>(&part.header);
      all.insert(all.end(), first, first + sizeof part.header);
      all.insert(all.end(), part.payload.begin(), part.payload.end());
    }
    header.section_count = static_cast<u32>(parts.size());
    header.file_bytes = all.size();
    header.checksum = hash64(&header, offsetof(FileHeader, checksum));
    std::memcpy(all.data(), &header, sizeof header);
    return all;
  }
};

}  // namespace lw::test
