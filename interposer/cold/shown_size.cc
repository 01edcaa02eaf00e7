// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/shown_size.h"

#include "interposer/cold/account.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/usable_size.h"
#include "interposer/state/address_filter.h"
#include "interposer/state/live_set.h"
#include "interposer/state/sigbus_mask.h"

namespace lw {
namespace {

__attribute__((noinline)) bool look_for_placed(u64 address, LiveSample* sample) {
  LetSigbusIn in_case_of_loss;
  const u64 began_ns = look_is_timed(*t_slot) ? monotonic_ns() : 0;
  const bool found = find_sample(address, sample) && (sample->flags & kSamplePlaced) != 0;
  if (began_ns != 0) account_looks(began_ns);
  return found;
}

bool find_placed(const void* block, LiveSample* sample) {
  const u64 address = reinterpret_cast<u64>(block);
  return filter_may_hold(address) && watching() && look_for_placed(address, sample);
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
