// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "analyzer/model/load_profile.h"

namespace lw {

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

}  // namespace lw
