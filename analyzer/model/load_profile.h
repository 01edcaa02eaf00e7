// SPDX-License-Identifier: Apache-2.0
// Snapshots → observation. The only door from files to the model: a snapshot is folded into the series of its
// process as soon as it is read and then forgotten, so a thousand of them need the memory of their sites, and only
// the newest of each process keeps its live blocks. Any order gives the same observation; a process's newest snapshot
// first is the fastest, since the live blocks of the others then need not be looked at.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "analyzer/model/profile.h"
#include "snapshot/reader.h"

namespace lw {

class MappingSearch;

class ProfileLoader {
 public:
  // Reads a snapshot or a live file; the latter is taken as a snapshot of this moment for `live_reason`. What is
  // wrong with it goes to `complaints`, a sentence each; what can be read of it is used.
  void load(const std::string& path, DumpReason live_reason, std::vector<std::string>& complaints);
  // The same for the bytes of a snapshot; `name` is what the complaints call them.
  void load(std::span<const u8> bytes, const std::string& name, std::vector<std::string>& complaints);
  // `live_is_known`: the list of live blocks could be read, even if it is empty.
  void add(const Snapshot& snapshot, bool live_is_known = true);

  // Orders everything by time. The loader is empty afterwards.
  Observation finish();

  // The same of a copy: more may be loaded, and everything keeps its number.
  Observation so_far() const { return ProfileLoader(*this).finish(); }
  // Processes that are of no interest any more: as if nothing had been loaded of them.
  void forget(const std::vector<const Process*>& processes);
  // As thin_profiles.h has it, of every process.
  void thin(size_t most, std::span<const u64> kept_unix_ns);
  // How much there is to be thinned: points of all series.
  size_t points() const;

 private:
  // host, boot, pid namespace, pid, start_ticks, start_unix_ns, executable
  using Identity = std::tuple<std::string, std::string, u64, u64, u64, u64, std::string>;

  struct Draft {
    Process process;
    std::unordered_map<u32, u32> series_of_stack;
    // By the hash of a stack's addresses and epoch: within one process they always mean the same code.
    std::unordered_map<u64, StackNumber> known_stacks;
    // Those among them with an address of which no object was known, and which objects were: of a running process one
    // may be found later. From then on the stack is another one, and so is the series that it had.
    std::unordered_map<u64, StackNumber> nameless;
    u64 objects = 0;
    std::vector<StackNumber> stacks;  // those of the snapshot read last, and the checksum of the section they stood in
    u64 stacks_checksum = 0;
    LiveSet running, ending;  // newest live sets before and at the process's end; `first` is empty if there is none
    f64 running_s = -1, ending_s = -1, newest_s = -1, oldest_s = std::numeric_limits<f64>::infinity();

    // Lets go of what is only of use when more of it is read, until more is.
    void rest();
    void know_series();
    void rename_series(StackNumber from, StackNumber to);
  };

  void add_loaded(const std::function<LoadedSnapshot(const LeaveOut&)>& read, std::vector<std::string>& complaints);
  bool is_known(const Snapshot& snapshot, SectionType type, const SectionHeader& header) const;
  static Identity identity_of(const Snapshot& snapshot);
  Draft& draft_of(const Snapshot& snapshot);
  const std::vector<StackNumber>& intern_stacks(const Snapshot& snapshot, Draft& draft);
  StackNumber intern_stack(const SnapshotStack& stack, MappingSearch& search, bool* nameless);
  std::vector<u32> fold_sites(const Snapshot& snapshot, const std::vector<StackNumber>& stacks, Draft& draft);

  CodeTable code_;
  std::vector<Draft> drafts_;
  std::map<Identity, size_t> numbers_;
};

}  // namespace lw
