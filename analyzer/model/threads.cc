// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/threads.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "snapshot/weight.h"

namespace lw {
namespace {

const char* const kUnnamed = "(threads without a record)";

struct Sums {
  SampledSum bytes, count;
};

void keep_in(LiveSet& live, const std::vector<bool>& kept) {
  std::erase_if(live.blocks,
                [&](const LiveBlock& block) { return block.thread >= kept.size() || !kept[block.thread]; });
  index_blocks(live, live.first.empty() ? 0 : live.first.size() - 1);
}

}  // namespace

std::vector<ThreadGroup> thread_groups(const Process& process) {
  std::map<std::string, std::pair<ThreadGroup, Sums>> groups;
  std::vector<Sums*> sums_of_thread;
  for (const Thread& thread : process.threads) {
    auto& [group, sums] = groups[thread.tid == 0 ? kUnnamed : thread.name];
    sums_of_thread.push_back(&sums);
    group.threads += thread.tid != 0;
    group.running += thread.tid != 0 && !thread.end_s;
    if (group.first_tid == 0) group.first_tid = thread.tid;
    group.allocations += thread.allocations;
    group.frees += thread.frees;
    group.allocated_bytes += thread.allocated_bytes;
  }
  Sums nobodys;
  for (const LiveBlock& block : process.live.blocks) {
    const Weight weight = weight_of(block.size, block.interval);
    Sums& sums = block.thread < sums_of_thread.size() ? *sums_of_thread[block.thread] : nobodys;
    sums.bytes.add(weight.bytes, weight.bytes_variance, static_cast<f64>(block.size));
    sums.count.add(weight.count, weight.count_variance, 1);
  }
  std::vector<ThreadGroup> found;
  for (auto& [name, group] : groups) {
    group.first.name = name;
    group.first.live_bytes = estimate_of(group.second.bytes, 0);
    group.first.live_count = estimate_of(group.second.count, 0);
    const bool empty = group.first.threads == 0 && group.first.allocations == 0 && group.second.bytes.samples == 0;
    if (!empty) found.push_back(std::move(group.first));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const ThreadGroup& a, const ThreadGroup& b) { return a.live_bytes.value > b.live_bytes.value; });
  return found;
}

void keep_threads(Process& process, const Expression& pattern) {
  std::vector<bool> kept;
  for (const Thread& thread : process.threads) {
    kept.push_back(pattern.found_in(thread.name) || pattern.found_in(std::to_string(thread.tid)));
  }
  keep_in(process.live, kept);
  if (process.before_exit) keep_in(*process.before_exit, kept);
}

}  // namespace lw
