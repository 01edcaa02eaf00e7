// SPDX-License-Identifier: Apache-2.0
// Answers ↔ bytes of the symbol cache.
#include "analyzer/symbolize/frame_codec.h"

#include "analyzer/symbolize/byte_cursor.h"

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

// How many things of at least one byte each follow; 0 if so many do not fit into what is left.
uint64_t take_count(ByteCursor& in) {
  const uint64_t count = in.uleb();
  if (count <= in.left()) return count;
  in.take(count);
  return 0;
}

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
  ByteCursor in(payload);
  std::vector<string_view> texts(take_count(in));
  for (string_view& text : texts) text = in.take(in.uleb());
  FramesByOffset found;
  for (uint64_t left = take_count(in); left > 0 && in.good(); --left) {
    const uint64_t file_offset = in.uleb();
    const uint64_t count = take_count(in);
    if (count == 0 || count > kMaxFrames) return false;
    std::vector<RawFrame> frames(count);
    for (RawFrame& frame : frames) {
      const uint64_t name = in.uleb(), file = in.uleb(), line = in.uleb(), flags = in.uleb();
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
