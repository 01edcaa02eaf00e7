// SPDX-License-Identifier: Apache-2.0
// Answers ↔ bytes of the symbol cache. Each text is written once: an object's frames repeat a few hundred names
// and files some thousand times.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/symbolize/raw_frame.h"

namespace lw {

using FramesByOffset = std::unordered_map<uint64_t, std::vector<RawFrame>>;

//   payload = varint texts, (varint bytes, bytes) × texts, varint answers, answer × answers
//   answer  = varint file offset, varint frames, (varint name, varint file, varint line, varint flags) × frames
// `name` and `file` number the texts.
std::string encode_frames(const FramesByOffset& answers);

// Adds the answers in `payload`. False if it is damaged; nothing is added then.
bool decode_frames(std::string_view payload, FramesByOffset& answers);

}  // namespace lw
