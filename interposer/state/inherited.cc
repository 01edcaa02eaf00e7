// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/inherited.h"

#include "interposer/platform/identity.h"
#include "interposer/platform/syscalls.h"
#include "interposer/state/live_set.h"
#include "interposer/state/live_table.h"
#include "interposer/state/mapped_regions.h"
#include "interposer/state/site_table.h"
#include "interposer/state/thread_record.h"
#include "snapshot/weight.h"

namespace lw {
namespace {

OwnMappings g_mappings;  // deliberately not in the wiped pages

// The parent goes on working on its tables while we read them: every number is checked before it is followed.
class ParentTables {
 public:
  explicit ParentTables(const LiveHeader* live) : live_(live) {}
  template <class T>
  const T* records(TableId id) const {
    return reinterpret_cast<const T*>(reinterpret_cast<const u8*>(live_) + span(id).offset);
  }
  u32 used(TableId id) const {
    const u64 used = load_acquire(span(id).used);
    return used < span(id).capacity ? static_cast<u32>(used) : span(id).capacity;
  }

 private:
  const TableSpan& span(TableId id) const { return live_->tables[static_cast<u32>(id)]; }
  const LiveHeader* live_;
};

u32 site_of(const ParentTables& parent, const LiveSample& sample) {
  if (sample.site >= parent.used(TableId::kSites)) return kOtherSite;
  const Site& site = parent.records<Site>(TableId::kSites)[sample.site];
  if (site.depth == 0 || site.stack + site.depth > parent.used(TableId::kFrames)) return kOtherSite;
  bool is_new;
  const StackView stack = {parent.records<u64>(TableId::kFrames) + site.stack, site.depth,
                           (site.flags & kStackTruncated) != 0};
  return find_or_make_site(stack, sample.birth_ns, &is_new);
}

}  // namespace

void remember_mappings(const OwnMappings& mappings) { g_mappings = mappings; }
OwnMappings remembered_mappings() { return g_mappings; }

void inherit_samples(const OwnMappings& mappings) {
  const ParentTables parent(mappings.live);
  const u64 forked_ns = process_start_monotonic_ns();
  const u32 count = parent.used(TableId::kLive);
  for (u32 i = 0; i < count; ++i) {
    const LiveSample& theirs = parent.records<LiveSample>(TableId::kLive)[i];
    LiveSample sample = theirs;
    sample.address = load_acquire(theirs.address);
    if (sample.address == 0 || sample.birth_ns >= forked_ns) continue;
    sample.site = site_of(parent, sample);
    sample.thread = kOtherThreads;
    sample.flags = static_cast<u8>(sample.flags | kSampleInherited);
    DropReason full;
    if (load_acquire(theirs.address) != sample.address || !insert_sample(sample, &full)) continue;
    if (sample.kind != AllocKind::kMmap) continue;
    const u32 marks = (sample.flags & kSampleShared) != 0 ? u32{kRegionShared} : 0u;
    enter_region({sample.address, sample.address + sample.size, marks, weight_of(sample.size, sample.interval).count});
  }
}

bool is_live_sample_of(const OwnMappings& mappings, u64 address) {
  const ParentTables parent(mappings.live);
  const u32 count = parent.used(TableId::kLive);
  for (u32 i = 0; i < count; ++i) {
    if (load_relaxed(parent.records<LiveSample>(TableId::kLive)[i].address) == address) return true;
  }
  return false;
}

void release_mappings(const OwnMappings& parent) {
  sys::unmap(parent.live, parent.live_bytes);
  sys::unmap(parent.indexes, parent.index_bytes);
}

}  // namespace lw
