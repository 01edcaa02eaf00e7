// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as a snapshot: no crash, no memory out of proportion, and afterwards every number that names a
// record of another section names one that is there. Each input is read as it is, and again with its checksums put
// right, or nothing behind them would ever be reached.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "snapshot/hash.h"
#include "snapshot/reader.h"

namespace {

using namespace lw;

void require(bool holds) {
  if (!holds) abort();
}

void read_and_check(const std::vector<u8>& bytes) {
  const LoadedSnapshot loaded = read_snapshot(bytes, "fuzzed");
  for (const LoadError& error : loaded.errors) {
    require(error.offset <= bytes.size() && !error.sentence().empty());
  }
  if (!loaded.snapshot) {
    require(!loaded.errors.empty());
    return;
  }
  const Snapshot& snapshot = *loaded.snapshot;
  for (const SnapshotSite& site : snapshot.sites) {
    require(site.stack < snapshot.stacks.size());
  }
  for (const SnapshotLive& sample : snapshot.live) {
    require(sample.site < snapshot.sites.size() && sample.thread < snapshot.threads.size() && sample.interval > 0);
  }
}

void put_checksums_right(std::vector<u8>& bytes) {
  if (bytes.size() < sizeof(FileHeader)) {
    return;
  }
  FileHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  std::memcpy(header.magic, kSnapshotMagic, sizeof header.magic);
  header.version = kSnapshotVersion;
  header.file_bytes = bytes.size();
  header.checksum = hash64(&header, offsetof(FileHeader, checksum));
  std::memcpy(bytes.data(), &header, sizeof header);
  u64 at = header.header_bytes;
  while (at + sizeof(SectionHeader) <= bytes.size()) {
    SectionHeader section;
    std::memcpy(&section, &bytes[at], sizeof section);
    const u64 payload = at + sizeof section;
    if (section.payload_bytes > bytes.size() - payload) {
      break;
    }
    section.checksum = hash64(bytes.data() + payload, section.payload_bytes);
    std::memcpy(&bytes[at], &section, sizeof section);
    at = payload + section.payload_bytes;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size) {
  std::vector<u8> bytes(data, data + size);
  read_and_check(bytes);
  put_checksums_right(bytes);
  read_and_check(bytes);
  return 0;
}
