// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/shown_size.h"

#include "interposer/platform/usable_size.h"
#include "interposer/state/address_filter.h"
#include "interposer/state/live_set.h"
#include "interposer/state/sigbus_mask.h"

namespace lw {
namespace {

bool find_placed(const void* block, LiveSample* sample) {
  const u64 address = reinterpret_cast<u64>(block);
  if (!filter_may_hold(address) || !watching()) return false;
  LetSigbusIn in_case_of_loss;
  return find_sample(address, sample) && (sample->flags & kSamplePlaced) != 0;
}

}  // namespace

u64 shown_usable_size(const void* block) {
  if (in_bootstrap_arena(block)) return bootstrap_usable_size(block);
  const u64 room = true_usable_size(block);
  LiveSample sample;
  if (!find_placed(block, &sample)) return room;
  const u64 ordinary = ordinary_usable_size(sample.size);
  return ordinary != 0 && ordinary < room ? ordinary : room;
}

bool is_placed(const void* block) {
  LiveSample sample;
  return find_placed(block, &sample);
}

}  // namespace lw
