// SPDX-License-Identifier: Apache-2.0
// Snapshots that were cut off, altered on their way, or written by a program other than ours.
#include <catch2/catch.hpp>

#include "tests/unit/snapshot/file_parts.h"
#include "tests/unit/snapshot/random_state.h"

namespace lw::test {
namespace {

std::vector<u8> small_file() {
  RandomState state(4, 12);
  return encode(state.live.view());
}

LoadedSnapshot read(const std::vector<u8>& bytes) {
  const std::vector<u8> exact(bytes);  // so that a sanitizer sees a read behind the end
  return read_snapshot(exact, "test.lws");
}

bool says(const LoadedSnapshot& loaded, const std::string& part) {
  return sentences(loaded.errors).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a snapshot put together again is the same") { CHECK(FileParts(small_file()).bytes() == small_file()); }

TEST_CASE("a file cut at any byte is reported, and every whole section of it still read") {
  const std::vector<u8> whole = small_file();
  const Snapshot complete = *read(whole).snapshot;
  REQUIRE(complete.live.size() > 5);
  FileParts parts(whole);
  for (u64 length = 0; length < whole.size(); ++length) {
    const LoadedSnapshot loaded = read({whole.begin(), whole.begin() + static_cast<long>(length)});
    REQUIRE_FALSE(loaded.errors.empty());
    for (const LoadError& error : loaded.errors) {
      REQUIRE(error.file == "test.lws");
      REQUIRE(error.offset <= length);
    }
    u64 end = sizeof(FileHeader);
    for (const Part& part : parts.parts) {
      end += sizeof part.header + part.payload.size();
      if (length < end) {
        break;
      }
      REQUIRE(loaded.snapshot);
      switch (part.header.type) {
        case SectionType::kProcess:
          REQUIRE(loaded.snapshot->process.command == complete.process.command);
          break;
        case SectionType::kMappings:
          REQUIRE(loaded.snapshot->mappings.size() == complete.mappings.size());
          break;
        case SectionType::kStacks:
          REQUIRE(loaded.snapshot->stacks.size() == complete.stacks.size());
          break;
        case SectionType::kSites:
          REQUIRE(loaded.snapshot->sites.size() == complete.sites.size());
          break;
        case SectionType::kLive:
          REQUIRE(loaded.snapshot->live.size() == complete.live.size());
          break;
        case SectionType::kThreads:
          REQUIRE(loaded.snapshot->threads.size() == complete.threads.size());
          break;
        case SectionType::kMemory:
          REQUIRE(loaded.snapshot->memory.size() == complete.memory.size());
          break;
        case SectionType::kDrops:
          REQUIRE(loaded.snapshot->drops.size() == complete.drops.size());
          break;
        case SectionType::kReleases:
          REQUIRE(loaded.snapshot->releases.size() == complete.releases.size());
          break;
        case SectionType::kReceipt:
        case SectionType::kReach:
          break;
      }
    }
  }
}

TEST_CASE("a flipped bit anywhere is reported") {
  std::vector<u8> bytes = small_file();
  for (u64 at = 0; at < bytes.size(); ++at) {
    for (u32 bit = 0; bit < 8; ++bit) {
      bytes[at] ^= static_cast<u8>(1 << bit);
      INFO("bit " << bit << " of byte " << at);
      REQUIRE_FALSE(read(bytes).errors.empty());
      bytes[at] ^= static_cast<u8>(1 << bit);
    }
  }
}

TEST_CASE("a replaced byte anywhere is reported") {
  std::vector<u8> bytes = small_file();
  for (u64 at = 0; at < bytes.size(); ++at) {
    for (const u8 other : {u8{0x00}, u8{0x7f}, u8{0x80}, u8{0xff}}) {
      const u8 kept = bytes[at];
      bytes[at] = other;
      INFO("byte " << at << " is " << u32{other});
      REQUIRE(read(bytes).errors.empty() == (kept == other));
      bytes[at] = kept;
    }
  }
}

TEST_CASE("a section with a wrong checksum is left out, the others are read") {
  std::vector<u8> bytes = small_file();
  const Snapshot complete = *read(bytes).snapshot;
  FileParts parts(bytes);
  u64 end = sizeof(FileHeader);
  for (const Part& part : parts.parts) {
    end += sizeof part.header + part.payload.size();
    if (part.header.type == SectionType::kReceipt) {
      break;
    }
  }
  bytes[end - 1] ^= 1;
  const LoadedSnapshot loaded = read(bytes);
  REQUIRE(loaded.errors.size() == 1);
  CHECK(loaded.errors[0].reason == "the RECEIPT section is damaged: its checksum is wrong; it was left out");
  REQUIRE(loaded.snapshot);
  CHECK(loaded.snapshot->live.size() == complete.live.size());
  CHECK(loaded.snapshot->receipt.samples == 0);
}

TEST_CASE("a damaged header costs reason and sequence, not the sections") {
  std::vector<u8> bytes = small_file();
  bytes[offsetof(FileHeader, sequence)] ^= 1;
  const LoadedSnapshot loaded = read(bytes);
  REQUIRE(loaded.errors.size() == 1);
  REQUIRE(loaded.snapshot);
  CHECK(loaded.snapshot->header.reason == DumpReason::kNone);
  CHECK(loaded.snapshot->header.taken_unix_ns == hour_later().taken_unix_ns);  // start + uptime, from PROCESS
  CHECK_FALSE(loaded.snapshot->sites.empty());
}

TEST_CASE("what is no snapshot is named") {
  const auto sentence_on = [](std::string_view text) {
    const LoadedSnapshot loaded = read({text.begin(), text.end()});
    CHECK_FALSE(loaded.snapshot);
    REQUIRE(loaded.errors.size() == 1);
    return loaded.errors[0].sentence();
  };
  CHECK(sentence_on("") == "test.lws, offset 0: is empty");
  CHECK(sentence_on("\x89LW") == "test.lws, offset 0: the file ends inside its header");
  CHECK(sentence_on("\x89LWS\r\n\x1a\n---") == "test.lws, offset 11: the file ends inside its header");
  CHECK(sentence_on("\x89LWS\n\x1a\n") ==
        "test.lws, offset 0: begins like a snapshot that was sent as text: send it as binary");
  CHECK(sentence_on("\x89LWL\r\n\x1a\n") == "test.lws, offset 0: is a live file, not a snapshot");
  CHECK(sentence_on("\x7f"
                    "ELF\2\1\1") == "test.lws, offset 0: is not a snapshot: it is a program or library");
  CHECK(sentence_on("\x1f\x8b\x08") == "test.lws, offset 0: is not a snapshot: it is compressed, unpack it first");
  CHECK(sentence_on("#!/bin/sh\nexit\n") == "test.lws, offset 0: is not a snapshot: it is text");
  CHECK(sentence_on("\x01\x02\x03\x04") == "test.lws, offset 0: is not a snapshot: it does not begin like one");
}

TEST_CASE("a snapshot of a newer format is refused with both numbers") {
  FileParts parts(small_file());
  parts.header.version = 7;
  const LoadedSnapshot loaded = read(parts.bytes());
  CHECK_FALSE(loaded.snapshot);
  CHECK(sentences(loaded.errors) ==
        "test.lws, offset 8: was written by a newer leakwatch (format 7, this one reads up to 1)\n");
}

TEST_CASE("an unknown section is passed over, unless it says that it may not be") {
  FileParts parts(small_file());
  Part unknown{{SectionType{77}, 0, 0, 3, 0}, {1, 2, 3}};
  parts.parts.insert(parts.parts.begin() + 2, unknown);
  CHECK(read(parts.bytes()).errors.empty());

  parts.parts[2].header.flags = kSectionRequired;
  const LoadedSnapshot loaded = read(parts.bytes());
  CHECK_FALSE(loaded.snapshot);
  REQUIRE(loaded.errors.size() == 1);
  CHECK(loaded.errors[0].reason ==
        "a section of the unknown type 77 must be understood to read this file: use a newer leakwatch");
}

TEST_CASE("PROCESS and RECEIPT may have grown at their ends, lists may not") {
  FileParts parts(small_file());
  parts.part(SectionType::kProcess).varint(5);
  parts.part(SectionType::kReceipt).varint(5);
  CHECK(read(parts.bytes()).errors.empty());
  parts.part(SectionType::kThreads).varint(5);
  CHECK(says(read(parts.bytes()), "the THREADS section does not hold the"));
}

TEST_CASE("a count that the payload cannot hold is reported, and what is there read") {
  FileParts parts(small_file());
  const u64 threads = read(parts.bytes()).snapshot->threads.size();
  parts.part(SectionType::kThreads).header.record_count = ~u64{0};
  const LoadedSnapshot loaded = read(parts.bytes());
  CHECK(says(loaded, "the THREADS section is malformed: a number runs past the end"));
  CHECK(loaded.snapshot->threads.size() == threads);
}

TEST_CASE("a second section of a kind, a missing one and bytes behind the end are reported") {
  FileParts parts(small_file());
  parts.parts.push_back(parts.part(SectionType::kDrops));
  CHECK(says(read(parts.bytes()), "a second DROPS section was left unread"));
  parts.parts.resize(7);
  CHECK(says(read(parts.bytes()), "these sections are missing: DROPS, RECEIPT, RELEASES, REACH"));
  std::vector<u8> longer = small_file();
  longer.push_back(0);
  CHECK(says(read(longer), "1 byte follows the end of the snapshot"));
}

TEST_CASE("without PROCESS there is no snapshot") {
  FileParts parts(small_file());
  parts.parts.erase(parts.parts.begin());
  const LoadedSnapshot loaded = read(parts.bytes());
  CHECK_FALSE(loaded.snapshot);
  CHECK(says(loaded, "these sections are missing: PROCESS"));
}

TEST_CASE("live samples of sites that are not there are left out, those of missing threads kept") {
  FileParts parts(small_file());
  const u64 marks = 8 * kLiveInterval;
  parts.rewrite(SectionType::kLive, 3).varints({marks, 2, 10, 0, 1'000'000, 0, 2});
  parts.part(SectionType::kLive).varints({0, 2, 11, 0, 0, 1'000'000});
  parts.part(SectionType::kLive).varints({0, 2, 12, 0, 0, 0});
  const LoadedSnapshot loaded = read(parts.bytes());
  CHECK(says(loaded, "1 live sample was left out: the site is not in the file"));
  CHECK(says(loaded, "1 live sample has a thread that is not in the file"));
  REQUIRE(loaded.snapshot->live.size() == 2);
  CHECK(loaded.snapshot->live[0].size == 11);
  CHECK(loaded.snapshot->threads.at(loaded.snapshot->live[0].thread).tid == 0);
}

TEST_CASE("sites whose stacks were lost keep their sums") {
  FileParts parts(small_file());
  const Snapshot complete = *read(parts.bytes()).snapshot;
  parts.rewrite(SectionType::kStacks, 0);
  const LoadedSnapshot loaded = read(parts.bytes());
  CHECK(says(loaded, "sites have stacks that are not in the file"));
  REQUIRE(loaded.snapshot->sites.size() == complete.sites.size());
  REQUIRE(loaded.snapshot->stacks.size() == 1);
  for (const SnapshotSite& site : loaded.snapshot->sites) {
    CHECK(loaded.snapshot->stacks.at(site.stack).frames.empty());
  }
}

TEST_CASE("releases and the makers of threads that lead nowhere are reported and forgotten") {
  FileParts parts(small_file());
  parts.rewrite(SectionType::kThreads, 2).varints({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  parts.part(SectionType::kThreads).varints({1, 0, 0, 0, 0, 0, 0, 2, 1'000'000, 0, 0});
  parts.rewrite(SectionType::kReleases, 2);
  parts.part(SectionType::kReleases).varints({1'000'000, 0, 0, 1}).payload.resize(4 + 2 + 8);
  parts.part(SectionType::kReleases).varints({0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0});
  const LoadedSnapshot loaded = read(parts.bytes());
  CHECK(says(loaded, "1 release was left out: the site or the stack is not in the file"));
  CHECK(says(loaded, "1 thread was made by a thread or stack that is not in the file"));
  REQUIRE(loaded.snapshot->releases.size() == 1);
  CHECK(loaded.snapshot->threads.at(1).parent == 0);
  CHECK_FALSE(loaded.snapshot->threads.at(1).made_by);
}

TEST_CASE("points of the memory log may have more fields than are known, not fewer") {
  FileParts parts(small_file());
  const auto write_points = [&](u64 fields) {
    Part& memory = parts.rewrite(SectionType::kMemory, 2).varint(fields);
    for (u64 field = 0; field < 2 * fields; ++field) {
      memory.varint(2 * (field % fields) + 2);
    }
    return read(parts.bytes());
  };
  const LoadedSnapshot longer = write_points(kMemoryFields + 2);
  CHECK(longer.errors.empty());
  REQUIRE(longer.snapshot->memory.size() == 2);
  CHECK(longer.snapshot->memory[1].time_ns == 2);
  CHECK(longer.snapshot->memory[1].work == 2 * kMemoryFields);
  CHECK(says(write_points(kMemoryFields - 1), "its points have fewer fields than this version has"));
  CHECK(says(write_points(0), "its points have fewer fields than this version has"));
}

TEST_CASE("a search that is described twice, or with flags of another time, is not believed") {
  FileParts parts(small_file());
  parts.rewrite(SectionType::kReach, 2).varints({1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0});
  CHECK(says(read(parts.bytes()), "the REACH section is malformed: there is more than one record"));
  parts.rewrite(SectionType::kReach, 1).varints({1, 32, 0, 0, 0, 0, 0});
  const LoadedSnapshot loaded = read(parts.bytes());
  CHECK(says(loaded, "the REACH section is malformed: its flags are unknown to this version"));
  CHECK_FALSE(loaded.snapshot->reach);
}

TEST_CASE("records that say what none can say are refused, those before them read") {
  using Varints = std::initializer_list<u64>;
  const auto sentence_on = [](SectionType type, Varints first, Varints second) {
    FileParts parts(small_file());
    parts.rewrite(type, 2).varints(first).varints(second);
    const LoadedSnapshot loaded = read(parts.bytes());
    REQUIRE_FALSE(loaded.errors.empty());
    return loaded.errors[0].reason;
  };
  const u64 interval = 8 * kLiveInterval;
  const Varints stack = {0, 0, 0, 1, 2};
  const Varints sample = {interval, 2, 8, 0, 0, 0, 2};
  const Varints site = {0, 0, 0, 0, 0, 0, 0, 0};
  CHECK(sentence_on(SectionType::kStacks, stack, {0, 0, 2, 0}) ==
        "the STACKS section is malformed: a stack shares more frames than the one before it has; 1 record of 2 could "
        "be read");
  CHECK(sentence_on(SectionType::kStacks, stack, {0, 0, 1, 1024}) ==
        "the STACKS section is malformed: a stack is deeper than 1024 frames; 1 record of 2 could be read");
  CHECK(
      sentence_on(SectionType::kLive, sample, {5, 2, 8, 0, 0, 0}) ==
      "the LIVE section is malformed: a live sample is of a kind unknown to this version; 1 record of 2 could be read");
  CHECK(sentence_on(SectionType::kLive, sample, {interval, 2, 8, 0, 0, 0, 1}) ==
        "the LIVE section is malformed: a live sample has interval 0; 1 record of 2 could be read");
  CHECK(sentence_on(SectionType::kLive, sample, {8 * kSampleRealloc, 2, 8, 0, 0, 0, 1, 1}) ==
        "the LIVE section is malformed: a live sample was first born before the process; 1 record of 2 could be read");
  CHECK(sentence_on(SectionType::kSites, site, {0, 0, 0, 0, 0, 0, 0, 1, 32, 0}) ==
        "the SITES section is malformed: the bins of a lifetime histogram do not ascend from 0 to 31; 1 record of 2 "
        "could be read");
  CHECK(sentence_on(SectionType::kSites, site, {0, 2, ~u64{0}, 0, 0, 0, 0, 0}) ==
        "the SITES section is malformed: a time does not fit into 64 bits; 1 record of 2 could be read");
  CHECK(sentence_on(SectionType::kDrops, {1, 'x', 1, 0, 0, 0, 0, 0, 0, 0, 0}, {1, 'x', 1, 0, 0, 0, 0, 0, 0, 16383}) ==
        "the DROPS section is malformed: an amount is negative, infinite or no number; 1 record of 2 could be read");
  CHECK(sentence_on(SectionType::kDrops, {1, 'x', 1, 0, 0, 0, 0, 0, 0, 0, 0}, {99, 'x'}) ==
        "the DROPS section is malformed: a text runs past the end; 1 record of 2 could be read");
}

TEST_CASE("a small file cannot ask for a large amount of memory") {
  FileParts parts(small_file());
  const u64 records = 100'000;  // of 1023 shared frames each: 400 KB asking for 800 MB
  Part& stacks = parts.rewrite(SectionType::kStacks, records).varints({0, 0, 0, 1023});
  stacks.payload.insert(stacks.payload.end(), 1023, 2);
  for (u64 i = 1; i < records; ++i) {
    stacks.varints({0, 0, 1023, 0});
  }
  const LoadedSnapshot loaded = read(parts.bytes());
  CHECK(says(loaded, "the stacks have more frames than a file of this length can hold"));
}

}  // namespace lw::test
