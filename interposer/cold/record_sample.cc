// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/record_sample.h"

#include "interposer/cold/account.h"
#include "interposer/cold/admission.h"
#include "interposer/cold/freeing_stack.h"
#include "interposer/cold/reentry_guard.h"
#include "interposer/cold/start.h"
#include "interposer/cold/unwind.h"
#include "interposer/dump/mappings.h"
#include "interposer/dump/trigger.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/options.h"
#include "interposer/state/address_filter.h"
#include "interposer/state/live_set.h"
#include "interposer/state/live_table.h"
#include "interposer/state/sigbus_mask.h"
#include "interposer/state/site_table.h"
#include "interposer/state/thread_record.h"

// Of a library that wants to allocate now and then in the midst of a program's own allocations, and is there only if
// somebody has preloaded it: see selftest/leak.cc.
extern "C" __attribute__((weak, visibility("default"))) void leakwatch_after_sample(lw::u64 start_unix_ns);

namespace lw {
namespace {

LiveSample describe(const SampledBlock& block, u32 site, u32 thread, u64 birth_ns) {
  LiveSample sample{};
  sample.address = block.address;
  sample.size = block.size;
  sample.birth_ns = birth_ns;
  sample.first_birth_ns = block.first_birth_ns != 0 ? block.first_birth_ns : birth_ns;
  sample.interval = block.interval;
  sample.site = site;
  sample.thread = thread;
  sample.kind = block.kind;
  sample.reallocs = block.reallocs;
  sample.flags = static_cast<u8>((block.reallocs != 0 ? kSampleRealloc : 0) | (block.placed ? kSamplePlaced : 0) |
                                 (block.shared ? kSampleShared : 0));
  return sample;
}

// A thread is given its name soon after its start, and may change it later: asked at its first sample and now and then.
void count_sample(ThreadSlot& slot, bool is_first) {
  const u64 before = add_relaxed(process().live->receipt.samples, u64{1});
  if (is_first || before % 32 == 0) name_record(slot);
  publish_record(slot);
}

// The search for the sample in the live set, which is most of the cost when it is in no cache, is paid for as well.
void book_free_since(u64 began_ns, const LiveSample& sample, FreeKind how) {
  const WalkTime walks = keep_freeing_stack(sample, began_ns);
  book_free(sample, how, began_ns);
  const u64 done_ns = monotonic_ns();
  account(Occasion::kOther, done_ns - began_ns, walks, done_ns);
}

}  // namespace

void enter_sample(ThreadSlot& slot, const SampledBlock& block, const StackView& stack) {
  const u64 birth_ns = slot.began_ns;
  bool is_new;
  const u32 site = find_or_make_site(stack, birth_ns, &is_new);
  if (is_new) notice_new_stack(stack.frames, stack.depth);
  const bool is_first = load_relaxed(slot.record) == 0;
  book_birth(describe(block, site, record_of(slot, birth_ns), birth_ns), birth_ns);
  count_sample(slot, is_first);
}

// The thread's own work, muted meanwhile. True if it has a stack, as all have from main on.
__attribute__((noinline)) static bool take_and_enter(ThreadSlot& slot, const SampledBlock& block) {
  ReentryGuard guard(slot);
  // As deep as was asked for, 512 bytes by default: this may be the stack of a signal handler.
  const u32 depth = g_options.depth.frames;
  u64* frames = static_cast<u64*>(__builtin_alloca(depth * sizeof(u64)));
  WalkTime walks;
  const UnwindResult walk = take_stack(frames, depth, slot, &walks);

  enter_sample(slot, block, {frames, walk.depth, walk.truncated != 0});

  const u64 done_ns = monotonic_ns();
  account(Occasion::kSample, done_ns - slot.began_ns, walks, done_ns);
  const u64 logging_ns = run_due_work(done_ns, walk.in_signal != 0 || walk.truncated != 0);
  if (logging_ns != 0) account_work(logging_ns, done_ns + logging_ns);
  return walk.depth != 0;
}

void record_sample(const SampledBlock& block) {
  ThreadSlot& slot = *t_slot;
  if (!watching()) return;
  const bool has_stack = take_and_enter(slot, block);
  if (leakwatch_after_sample == nullptr || !has_stack) return;
  KeepErrno keep;
  leakwatch_after_sample(process().live->start_unix_ns);
}

bool forget_sample(const void* block, FreeKind how, LiveSample* sample) {
  if (!watching()) return false;
  LetSigbusIn in_case_of_loss;
  const u64 began_ns = monotonic_ns();
  if (!take_sample(reinterpret_cast<u64>(block), sample)) {
    add_relaxed(process().live->receipt.false_hits, u64{1});
    if (look_is_timed(*t_slot)) account_looks(began_ns);
    return false;
  }
  book_free_since(began_ns, *sample, how);
  return true;
}

void book_free_here(const LiveSample& sample, FreeKind how) {
  LetSigbusIn in_case_of_loss;
  book_free_since(monotonic_ns(), sample, how);
}

bool take_for_realloc(const void* block, LiveSample* sample) {
  const u64 address = reinterpret_cast<u64>(block);
  inherit_before_free(block);
  if (!filter_may_hold(address) || !watching()) return false;
  LetSigbusIn in_case_of_loss;
  return take_sample(address, sample);
}

void put_back(const LiveSample& sample) {
  LetSigbusIn in_case_of_loss;
  DropReason full;
  if (!insert_sample(sample, &full)) count_drop(full, weight_of(sample.size, sample.interval).bytes);
}

}  // namespace lw
