// SPDX-License-Identifier: Apache-2.0
#include "analyzer/reach/repeated_looks.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "analyzer/reach/changed_pages.h"
#include "analyzer/reach/kernel_words.h"
#include "analyzer/reach/process_memory.h"

namespace lw {
namespace {

constexpr u32 kChangeMs = 100;           // long enough for whatever moves all the time to have moved
constexpr u64 kMostWalked = 64 << 20;    // heaps below this are searched for free chunks in quick looks too
constexpr u64 kQuickBytes = 8ull << 30;  // that all quick looks together may read

void wait_ms(u32 milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

class Looker {
 public:
  Looker(u64 pid, const std::vector<ScanBlock>& blocks, const LookChoice& choice)
      : pid_(pid), blocks_(blocks), choice_(choice), memory_(pid) {
    result_.marks.resize(blocks.size());
    result_.known.resize(blocks.size());
    result_.holders.resize(blocks.size());
    result_.hidden = ~u32{0};
  }

  LookResult run() {
    result_.why_not = memory_.why_not();
    if (!result_.why_not.empty() || blocks_.empty()) return std::move(result_);
    const BlockTable table(blocks_);
    for (u32 i = 0; i < table.count(); ++i) result_.known[table.number_of(i)] = true;
    for (u32 i = 0; i < std::max(1u, choice_.looks); ++i) {
      if (i > 0) wait_ms(choice_.wait_ms);
      const Look look = look_at(memory_, scene(), table);
      result_.bytes = look.bytes;
      take(look, table, [&](u32 block) { return table.number_of(block); });
    }
    look_quickly();
    return std::move(result_);
  }

 private:
  Scene scene() {
    Scene scene = scene_of(pid_);
    if (choice_.stop_threads) scene.threads = stop_and_look_at_threads(pid_);
    scene.only_blocks = choice_.only_blocks;
    return scene;
  }

  void take(const Look& look, const BlockTable& table, auto&& number) {
    for (u32 i = 0; i < table.count(); ++i) {
      Mark& mark = result_.marks[number(i)];
      if (look.marks[i] == Mark::kHeld) {
        mark = Mark::kHeld;
        const Holder& holder = look.holders[i];
        result_.holders[number(i)] = {holder.where, holder.by == kNoBlock ? kNoBlock : number(holder.by)};
      } else if (mark != Mark::kHeld) {
        mark = look.marks[i];
      }
    }
    result_.hidden = std::min(result_.hidden, look.hidden);
    ++result_.looks;
  }

  std::vector<u32> candidates() const {
    std::vector<u32> numbers;
    for (u32 i = 0; i < blocks_.size(); ++i) {
      if (result_.known[i] && result_.marks[i] != Mark::kHeld) numbers.push_back(i);
    }
    return numbers;
  }

  // Only what seems lost is looked for now; all other memory is roots.
  void look_quickly() {
    const std::vector<u32> numbers = candidates();
    if (numbers.empty()) return;
    const std::vector<Range> roots = root_ranges(scene());
    const Fingerprints before = fingerprints_of(memory_, roots);
    wait_ms(kChangeMs);
    const std::vector<u64> changed = changed_pages(before, fingerprints_of(memory_, roots));
    std::vector<ScanBlock> some;
    for (const u32 number : numbers) some.push_back(blocks_[number]);
    const BlockTable table(some);
    memory_.look_only_at(&changed);
    u64 read = 0;
    for (u32 i = 0; i < kQuickLooks && read < kQuickBytes; ++i) {
      Scene now = scene();
      now.only_blocks = false;
      now.walk_heaps = result_.bytes < kMostWalked;
      const Look look = look_at(memory_, now, table);
      take(look, table, [&](u32 block) { return numbers[table.number_of(block)]; });
      read += look.bytes;
      wait_ms(1 + i % 3);  // not in step with whatever the program does in turns
    }
    memory_.look_only_at(nullptr);
  }

  u64 pid_;
  const std::vector<ScanBlock>& blocks_;
  LookChoice choice_;
  ProcessMemory memory_;
  LookResult result_;
};

}  // namespace

Scene scene_of(u64 pid) {
  Scene scene;
  scene.regions = regions_of(pid);
  scene.threads = look_at_threads(pid);
  scene.words = words_kept_by_kernel(pid);
  ProcessMemory memory(pid);
  scene.library = library_range(memory, scene.regions);
  return scene;
}

LookResult look_repeatedly(u64 pid, const std::vector<ScanBlock>& blocks, const LookChoice& choice) {
  return Looker(pid, blocks, choice).run();
}

}  // namespace lw
