// SPDX-License-Identifier: Apache-2.0
// A live file in ordinary memory that a test fills as it likes, and what the encoder makes of it.
#pragma once

#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "snapshot/encode.h"
#include "snapshot/live_tables.h"
#include "snapshot/reader.h"

namespace lw::test {

inline constexpr u64 kStartNs = 1'000'000'000'000;
inline constexpr u64 kSecondNs = 1'000'000'000;

class LiveState {
 public:
  explicit LiveState(u64 bytes = kMinLiveBytes) : words_(bytes / sizeof(u64)) {
    lay_out_live(&header(), bytes);
    header().start_ns = kStartNs;
    header().start_unix_ns = 1'700'000'000'000'000'000;
    header().interval = 1 << 16;
  }

  LiveHeader& header() { return *reinterpret_cast<LiveHeader*>(words_.data()); }
  u8* bytes() { return reinterpret_cast<u8*>(words_.data()); }
  LiveView view() { return {bytes(), words_.size() * sizeof(u64)}; }
  TableSpan& span(TableId id) { return header().tables[static_cast<u32>(id)]; }

  template <class Record>
  Record& at(TableId id, u64 number) {
    return table<Record>(&header(), id)[number];
  }

  // The next unused record of a table.
  template <class Record>
  Record& add(TableId id) {
    return at<Record>(id, span(id).used++);
  }

  ThreadRecord& add_thread(u32 tid, std::string_view name) {
    auto& thread = add<ThreadRecord>(TableId::kThreads);
    thread.tid = tid;
    thread.start_ns = kStartNs;
    name.copy(thread.name, sizeof thread.name);
    return thread;
  }

  Mapping& add_mapping(u64 start, u64 end, std::string_view path) {
    auto& mapping = add<Mapping>(TableId::kMappings);
    mapping.start = start;
    mapping.end = end;
    mapping.path_offset = static_cast<u32>(span(TableId::kText).used);
    mapping.path_bytes = static_cast<u32>(path.size());
    path.copy(reinterpret_cast<char*>(&at<u8>(TableId::kText, mapping.path_offset)), path.size());
    span(TableId::kText).used += path.size();
    return mapping;
  }

  // Frames innermost first, as in the table.
  Site& add_site(const std::vector<u64>& frames) {
    auto& site = add<Site>(TableId::kSites);
    site.key = span(TableId::kSites).used;
    site.stack = span(TableId::kFrames).used;
    site.depth = static_cast<u32>(frames.size());
    site.first_ns = site.last_ns = kStartNs;
    for (const u64 frame : frames) {
      add<u64>(TableId::kFrames) = frame;
    }
    return site;
  }

  SiteFrees& add_frees(Site& site) {
    auto& frees = add<SiteFrees>(TableId::kSiteFrees);
    site.frees = static_cast<u32>(span(TableId::kSiteFrees).used);
    return frees;
  }

  // Frames innermost first. Returns its number.
  u32 add_kept_stack(const std::vector<u64>& frames) {
    auto& kept = add<KeptStack>(TableId::kStacks);
    const u64 number = span(TableId::kStacks).used;
    kept.key = number;
    kept.stack = span(TableId::kFrames).used;
    kept.depth = static_cast<u32>(frames.size());
    for (const u64 frame : frames) {
      add<u64>(TableId::kFrames) = frame;
    }
    return static_cast<u32>(number) - 1;
  }

  ReleaseRecord& add_release(u32 site, u32 kept_stack) {
    auto& release = add<ReleaseRecord>(TableId::kReleases);
    release.site = site + 1;
    release.stack = kept_stack;
    release.last_ns = kStartNs;
    return release;
  }

  LiveSample& add_live(u64 address, u64 size, u32 site, u32 thread = 0) {
    auto& sample = add<LiveSample>(TableId::kLive);
    sample.address = address;
    sample.size = size;
    sample.birth_ns = sample.first_birth_ns = kStartNs + kSecondNs;
    sample.interval = 1 << 16;
    sample.site = site;
    sample.thread = thread;
    return sample;
  }

 private:
  std::vector<u64> words_;
};

// A sink that keeps the bytes, and can refuse from the N-th call on.
class MemorySink {
 public:
  explicit MemorySink(u64 calls_before_refusal = ~u64{0}) : calls_left_(calls_before_refusal) {}

  static constexpr int kRefusal = 28;  // ENOSPC

  ByteSink sink() { return {this, append, patch}; }
  const std::vector<u8>& bytes() const { return bytes_; }
  u64 calls() const { return calls_; }
  u64 calls_after_refusal() const { return calls_after_refusal_; }

 private:
  bool refuses() {
    ++calls_;
    calls_after_refusal_ += refused_;
    refused_ = refused_ || calls_left_ == 0;
    calls_left_ -= !refused_;
    return refused_;
  }
  static int append(void* self, const void* from, u64 length) {
    auto& to = *static_cast<MemorySink*>(self);
    if (to.refuses()) {
      return kRefusal;
    }
    const auto* first = static_cast<const u8*>(from);
    to.bytes_.insert(to.bytes_.end(), first, first + length);
    return 0;
  }
  static int patch(void* self, u64 offset, const void* from, u64 length) {
    auto& to = *static_cast<MemorySink*>(self);
    if (to.refuses()) {
      return kRefusal;
    }
    std::memcpy(&to.bytes_.at(offset + length - 1) - (length - 1), from, length);
    return 0;
  }

  std::vector<u8> bytes_;
  u64 calls_left_;
  u64 calls_ = 0;
  u64 calls_after_refusal_ = 0;
  bool refused_ = false;
};

inline EncodeRequest hour_later() {
  return {DumpReason::kPeriod, kStartNs + 3600 * kSecondNs, 1'700'003'600'000'000'000, 7};
}

inline int encode_into(const LiveView& live, MemorySink& sink, const EncodeRequest& request = hour_later()) {
  std::vector<u8> scratch(kEncodeScratchBytes, 0xee);
  return encode_snapshot(live, request, scratch.data(), sink.sink());
}

inline std::vector<u8> encode(const LiveView& live, const EncodeRequest& request = hour_later()) {
  MemorySink sink;
  encode_into(live, sink, request);
  return sink.bytes();
}

inline std::string sentences(const std::vector<LoadError>& errors) {
  std::string all;
  for (const LoadError& error : errors) {
    all += error.sentence() + '\n';
  }
  return all;
}

// What a reader gets back from a live state; call where nothing may be wrong.
inline Snapshot encode_and_read(LiveState& live, const EncodeRequest& request = hour_later()) {
  LoadedSnapshot loaded = read_snapshot(encode(live.view(), request), "test.lws");
  if (!loaded.errors.empty() || !loaded.snapshot) {
    throw std::runtime_error(sentences(loaded.errors));
  }
  return std::move(*loaded.snapshot);
}

}  // namespace lw::test
