// SPDX-License-Identifier: Apache-2.0
// Answers ↔ bytes of the symbol cache.
#include "analyzer/symbolize/frame_codec.h"

namespace lw {
namespace {

using std::string;
using std::string_view;

constexpr uint64_t kMaxFrames = 4096;               // at one address; inlining does not go deeper
constexpr uint64_t kLinkageName = 1, kInlined = 2;  // flags of a frame

void put(string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

class Texts {
 public:
  uint64_t number_of(const string& text) {
    const auto [place, added] = numbers_.try_emplace(text, numbers_.size());
    if (added) {
      put(bytes_, text.size());
      bytes_ += text;
    }
    return place->second;
  }
  string encoded() const {
    string out;
    put(out, numbers_.size());
    return out + bytes_;
  }

 private:
  std::unordered_map<string, uint64_t> numbers_;
  string bytes_;
};

class Reader {
 public:
  explicit Reader(string_view bytes) : rest_(bytes) {}

  uint64_t number() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    good_ = false;
    return 0;
  }

  // How many things of at least one byte each follow: never more than there are bytes.
  uint64_t count() {
    const uint64_t value = number();
    if (value > rest_.size()) good_ = false;
    return good_ ? value : 0;
  }

  string_view text() {
    const uint64_t length = count();
    const string_view found = rest_.substr(0, length);
    rest_.remove_prefix(found.size());
    return found;
  }

  bool good() const { return good_; }

 private:
  string_view rest_;
  bool good_ = true;
};

}  // namespace

string encode_frames(const FramesByOffset& answers) {
  Texts texts;
  string body;
  put(body, answers.size());
  for (const auto& [file_offset, frames] : answers) {
    put(body, file_offset);
    put(body, frames.size());
    for (const RawFrame& frame : frames) {
      put(body, texts.number_of(frame.name));
      put(body, texts.number_of(frame.file));
      put(body, frame.line);
      put(body, (frame.is_linkage_name ? kLinkageName : 0) | (frame.inlined ? kInlined : 0));
    }
  }
  return texts.encoded() + body;
}

bool decode_frames(string_view payload, FramesByOffset& answers) {
  Reader in(payload);
  std::vector<string_view> texts(in.count());
  for (string_view& text : texts) text = in.text();
  FramesByOffset found;
  for (uint64_t left = in.count(); left > 0 && in.good(); --left) {
    const uint64_t file_offset = in.number();
    const uint64_t count = in.count();
    if (count == 0 || count > kMaxFrames) return false;
    std::vector<RawFrame> frames(count);
    for (RawFrame& frame : frames) {
      const uint64_t name = in.number(), file = in.number(), line = in.number(), flags = in.number();
      if (!in.good() || name >= texts.size() || file >= texts.size() || line > UINT32_MAX) return false;
      frame = {string(texts[name]), (flags & kLinkageName) != 0, string(texts[file]), static_cast<uint32_t>(line),
               (flags & kInlined) != 0};
    }
    found.emplace(file_offset, std::move(frames));
  }
  if (in.good()) answers.merge(found);
  return in.good();
}

}  // namespace lw
