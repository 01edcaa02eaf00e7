// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/code.h"

#include "analyzer/base/file_name.h"
#include "snapshot/hash.h"

namespace lw {

ModuleNumber CodeTable::module(const std::string& path, const std::string& build_id) {
  const std::string identity = build_id.empty() ? "path " + path : "build " + build_id;
  const auto [place, fresh] = module_numbers_.try_emplace(identity, static_cast<u32>(modules_.size()));
  if (fresh) modules_.push_back({path, build_id, file_name(path)});
  return ModuleNumber{place->second};
}

void CodeTable::started_as(ModuleNumber module, const std::string& program) {
  const u32 number = static_cast<u32>(module);
  const auto [known, fresh] = programs_.try_emplace(number, program);
  if (!fresh && known->second != program) known->second.clear();
  modules_[number].name = known->second.empty() ? file_name(modules_[number].path) : known->second;
}

FrameNumber CodeTable::frame(Frame frame) {
  const u64 content[2] = {static_cast<u64>(frame.module), frame.offset};
  const auto [place, fresh] =
      frame_numbers_.try_emplace(hash64(content, sizeof content), static_cast<u32>(frames_.size()));
  if (fresh) frames_.push_back(frame);
  return FrameNumber{place->second};
}

StackNumber CodeTable::stack(std::span<const FrameNumber> frames, u64 stack_flags) {
  const u64 identity = hash64(frames.data(), frames.size_bytes(), stack_flags & kStackOther);
  const auto [place, fresh] = stack_numbers_.try_emplace(identity, static_cast<u32>(stacks_.size()));
  if (fresh) {
    const u32 begin = static_cast<u32>(stack_frames_.size());
    stack_frames_.insert(stack_frames_.end(), frames.begin(), frames.end());
    stacks_.push_back({begin, static_cast<u32>(stack_frames_.size()), stack_flags});
  }
  return StackNumber{place->second};
}

Stack CodeTable::operator[](StackNumber number) const {
  const StackSpan& span = stacks_[static_cast<u32>(number)];
  return {std::span(stack_frames_).subspan(span.begin, span.end - span.begin), (span.flags & kStackTruncated) != 0,
          (span.flags & kStackOther) != 0};
}

}  // namespace lw
