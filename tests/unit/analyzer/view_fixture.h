// SPDX-License-Identifier: Apache-2.0
// A process in exact mode whose stacks are written as words: "main serve put" allocated so many bytes.
#pragma once

#include <map>
#include <sstream>
#include <string>

#include "analyzer/model/call_tree.h"
#include "analyzer/model/load_profile.h"
#include "analyzer/model/stack_view.h"
#include "snapshot/reader.h"

namespace lw::test {

class ViewFixture {
 public:
  explicit ViewFixture(u64 interval = 1) : interval_(interval) { shot_.process.interval = interval; }

  // Outermost frame first. A word may be "a+b": b was inlined into a. Words beginning with '_' are wrappers. Each site
  // holds one live block of `bytes`.
  ViewFixture& site(const std::string& stack, u64 bytes, u64 thread = 0) {
    std::vector<u64> frames;
    std::istringstream words(stack);
    for (std::string word; words >> word;) frames.insert(frames.begin(), address_of(word));
    shot_.stacks.push_back({0, 0, frames});
    SnapshotSite site;
    site.stack = shot_.stacks.size() - 1;
    const f64 size = static_cast<f64>(bytes);
    site.allocations = {1, 1, size, 0, 0};
    const u64 number = shot_.sites.size();
    shot_.sites.push_back(site);
    shot_.live.push_back({0x7000 + 4096 * number, bytes, 0, 0, interval_, number, thread, 0, AllocKind::kMalloc, 0});
    return *this;
  }

  ViewFixture& add_thread(u64 tid, const std::string& name, bool ended = false) {
    SnapshotThread& thread = shot_.threads.emplace_back();
    thread.tid = tid;
    thread.flags = ended ? kThreadEnded : 0u;
    thread.allocations = 10 * tid;
    thread.frees = tid;
    thread.allocated_bytes = 100 * tid;
    thread.end_ns = ended ? 5'000'000'000 : 0;
    thread.name = name;
    return *this;
  }

  const Observation& observe() {
    shot_.process.pid = 1;
    shot_.process.taken_ns = 10'000'000'000;
    shot_.mappings = {{kText, kText + 0x100000, 0, 0, 0, "id", "/bin/server"}};
    ProfileLoader loader;
    loader.add(shot_);
    observation = loader.finish();
    report = report_on(observation);
    return observation;
  }

  const StackView& view(const StackFilter& filter = {}, const char* by = "live_bytes") {
    observe();
    NamedCode names(observation.code.frame_count());
    for (u32 i = 0; i < observation.code.frame_count(); ++i) {
      const u64 number = (observation.code[FrameNumber{i}].offset - 0x10) / 16;
      names.name(FrameNumber{i}, chain_of(words_[number]));
    }
    view_ = stack_view(observation, report, names, measure_by(by), filter);
    return view_;
  }

  // Of a stack of the view: places outermost first, "main serve put".
  std::string text(const ViewStack& stack) const {
    std::string words;
    for (const u32 place : view_.frames_of(stack)) {
      words = view_.places[place].name + (words.empty() ? "" : " " + words);
    }
    return words;
  }

  Observation observation;
  Report report;

 private:
  static constexpr u64 kText = 0x400000;

  u64 address_of(const std::string& word) {
    const auto [place, fresh] = numbers_.try_emplace(word, words_.size());
    if (fresh) words_.push_back(word);
    return kText + 0x10 + 16 * place->second + 1;
  }

  static NamedFrames chain_of(const std::string& word) {
    std::vector<NamedFrame> chain;  // as in the word: what was inlined comes last
    std::istringstream parts(word);
    for (std::string part; std::getline(parts, part, '+');) {
      NamedFrame frame;
      const size_t colon = part.find(':');
      frame.function = part.substr(0, colon);
      frame.file = frame.function + ".cc";
      frame.line = colon == std::string::npos ? 1 : static_cast<u32>(std::stoul(part.substr(colon + 1)));
      frame.module = "server";
      frame.named = true;
      frame.inlined = !chain.empty();
      frame.wrapper = part.front() == '_';
      chain.push_back(frame);
    }
    NamedFrames innermost_first;
    for (size_t i = chain.size(); i-- > 0;) innermost_first.push_back(chain[i]);
    return innermost_first;
  }

  u64 interval_;
  Snapshot shot_;
  std::vector<std::string> words_;
  std::map<std::string, size_t> numbers_;
  StackView view_;
};

}  // namespace lw::test
