// SPDX-License-Identifier: Apache-2.0
// What keeps a loader small that reads very many processes, or goes on for days.
#include <set>

#include "analyzer/model/load_profile.h"
#include "analyzer/model/thin_profiles.h"

namespace lw {

void ProfileLoader::Draft::rest() {
  trim_points(process);
  series_of_stack = {};
  known_stacks = {};
  nameless = {};
  objects = 0;
  stacks = {};
  stacks_checksum = 0;
}

void ProfileLoader::Draft::know_series() {
  if (!series_of_stack.empty()) return;
  for (u32 number = 0; number < process.series.size(); ++number) {
    series_of_stack.emplace(static_cast<u32>(process.series[number].stack), number);
  }
}

void ProfileLoader::forget(const std::vector<const Process*>& processes) {
  const auto identity_of_process = [](const Process& process) {
    return Identity{process.host,        process.boot_id,       process.pid_namespace, process.pid,
                    process.start_ticks, process.start_unix_ns, process.executable};
  };
  std::set<Identity> unwanted;
  for (const Process* process : processes) unwanted.insert(identity_of_process(*process));
  std::erase_if(drafts_, [&](const Draft& draft) { return unwanted.count(identity_of_process(draft.process)) != 0; });
  numbers_.clear();
  for (size_t number = 0; number < drafts_.size(); ++number) {
    numbers_[identity_of_process(drafts_[number].process)] = number;
  }
}

size_t ProfileLoader::points() const {
  size_t count = 0;
  for (const Draft& draft : drafts_) {
    for (const Series& series : draft.process.series) count += series.points.size();
  }
  return count;
}

void ProfileLoader::thin(size_t most, std::span<const u64> kept_unix_ns) {
  for (Draft& draft : drafts_) {
    if (draft.process.profiles.size() <= most) continue;
    order_by_time(draft.process, draft.running, draft.ending);
    LiveSet* const live_sets[] = {&draft.running, &draft.ending};
    thin_profiles(draft.process, live_sets, most, kept_unix_ns);
  }
}

}  // namespace lw
