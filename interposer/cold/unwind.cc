// SPDX-License-Identifier: Apache-2.0
// The walk. Warm, it is a loop over cached rules: no call, no lock, no system call, two loads from the stack a frame.
// docs/unwinding.md has the design and what it was chosen over.
#include "interposer/cold/unwind.h"

#include "interposer/cold/rule_cache.h"
#include "interposer/cold/rule_learn.h"
#include "interposer/cold/rule_objects.h"
#include "interposer/cold/unwind_memory.h"

namespace lw {
namespace {

RuleCache g_rules;
u64 g_own_start;
u64 g_own_bytes;

// Between two signal frames every step leads upwards; only signal frames could lead a walk in a circle.
constexpr u32 kMostSignalFrames = 16;

u64 base_of(Rule rule, const Machine& at) { return rule.from_bp() ? at.bp : at.sp; }

// The step that nearly all frames take. False: not this way, nothing has changed.
// A caller's frame is always above; a rule that leads elsewhere is wrong or the stack is damaged.
[[gnu::always_inline]] inline bool step_warm(Rule rule, Machine* at, const StackWindow& window) {
  const u64 cfa = rule.offset() + base_of(rule, *at);
  if (rule.kind() != RuleKind::kPlain || cfa <= at->sp || !window.holds_frame(cfa - 8)) return false;
  const u64 saved_bp = load_word(cfa - rule.bp_offset());
  at->ip = load_word_before(cfa);
  at->sp = cfa;
  at->bp = rule.bp_offset() == Rule::kBpUnchanged ? at->bp : saved_bp;
  return true;
}
static_assert(StackWindow::kFrameReach == Rule::kLargestBpOffset - 8);

// The same where the window does not reach yet.
bool step_plain(Rule rule, Machine* at, StackWindow* window) {
  const u64 cfa = rule.offset() + base_of(rule, *at);
  u64 saved_bp, return_address;
  if (cfa <= at->sp || !window->read(cfa - 8, &return_address) || !window->read(cfa - rule.bp_offset(), &saved_bp)) {
    return false;
  }
  if (rule.bp_offset() == Rule::kBpUnchanged) saved_bp = at->bp;
  *at = Machine{return_address, cfa, saved_bp};
  return true;
}

bool step_aligned(Rule rule, Machine* at, StackWindow* window) {
  u64 cfa, saved_bp, return_address;
  if (!window->read(at->bp - rule.offset(), &cfa) || !window->read(at->bp, &saved_bp)) return false;
  if (cfa <= at->sp || !window->read(cfa - 8, &return_address)) return false;
  *at = Machine{return_address, cfa, saved_bp};
  return true;
}

// The interrupted code may run on another stack, above or below.
bool step_signal(Machine* at, StackWindow* window) {
  Machine interrupted;
  if (!window->read(at->sp + kSignalIp, &interrupted.ip) || !window->read(at->sp + kSignalSp, &interrupted.sp) ||
      !window->read(at->sp + kSignalBp, &interrupted.bp)) {
    return false;
  }
  *at = interrupted;
  ++at->ip;  // this instruction was interrupted, and a Machine's code is before its ip
  return true;
}

// Without tables rbp may be anything. Believe it only if it looks like a frame in every respect.
bool step_frame_pointer(Machine* at, StackWindow* window) {
  constexpr u64 kLargestFrame = 1 << 20;
  u64 saved_bp, return_address;
  if (at->bp < at->sp || at->bp - at->sp > kLargestFrame) return false;
  if (!window->read(at->bp, &saved_bp) || !window->read(at->bp + 8, &return_address)) return false;
  if (return_address != 0 && !call_may_lead_to(return_address, at->ip)) return false;
  *at = Machine{return_address, at->bp + 16, saved_bp};
  return true;
}

enum class Step { kCaller, kEnd, kStuck, kNowhere };

struct Findings {
  u32 signal_frames = 0;
  u32 cold = 0;
};

Rule rule_anew(u64 ip, Findings* findings) {
  ++findings->cold;
  const Rule rule = learn_rule(ip);
  if (rule.known() && rule.kind() != RuleKind::kNoCode) g_rules.publish(ip, rule);
  return rule;
}

[[gnu::noinline]] Step step_slow(Rule rule, Machine* at, StackWindow* window, Findings* findings) {
  if (!rule.known() || outdated(rule, at->ip)) rule = rule_anew(at->ip, findings);
  bool done = false;
  switch (rule.kind()) {
    case RuleKind::kPlain:
      done = step_plain(rule, at, window);
      break;
    case RuleKind::kAligned:
      done = step_aligned(rule, at, window);
      break;
    case RuleKind::kFramePointer:
      done = step_frame_pointer(at, window);
      break;
    case RuleKind::kSignal:
      done = ++findings->signal_frames <= kMostSignalFrames && step_signal(at, window);
      break;
    case RuleKind::kEnd:
      return Step::kEnd;
    case RuleKind::kNoCode:
      return Step::kNowhere;
    case RuleKind::kNone:
    case RuleKind::kOpaque:
      break;
  }
  return done ? Step::kCaller : Step::kStuck;
}

}  // namespace

const char* unwind_start(u64 own_start, u64 own_end) {
  g_own_start = own_start;
  g_own_bytes = own_end - own_start;
  if (g_rules.started()) return nullptr;
  if (const char* reason = learn_start()) return reason;
  learn_first_stack();
  return g_rules.start() ? nullptr : "no memory for the cache of unwind rules (256 KiB)";
}

// Not inlined: the first frame reported is the one behind this function's return address.
[[gnu::noinline]] UnwindResult unwind(u64* frames, u32 capacity, StackBounds* bounds) {
  if (!g_rules.started()) return UnwindResult{};
  Machine at = machine_here();
  StackWindow window(bounds, at.sp);
  Findings findings;
  u32 depth = 0;
  Step outcome = Step::kCaller;
  for (;;) {
    const Rule rule = g_rules.find(at.ip);
    if (rule.kind() == RuleKind::kEnd) {
      outcome = Step::kEnd;
      break;
    }
    if (!step_warm(rule, &at, window)) {
      // By way of copies: what has its address taken lives in memory, and the loop should run in registers.
      Machine slow_at = at;
      StackWindow slow_window = window;
      outcome = step_slow(rule, &slow_at, &slow_window, &findings);
      at = slow_at;
      window = slow_window;
    }
    if (at.ip == 0 && outcome == Step::kCaller) outcome = Step::kEnd;
    if (outcome != Step::kCaller) break;
    if (at.ip - g_own_start < g_own_bytes) continue;
    if (depth == capacity) break;
    frames[depth++] = at.ip;
  }
  // A word that is no address of code would make a stack of its own of every value it has.
  if (outcome == Step::kNowhere && depth != 0 && frames[depth - 1] == at.ip) --depth;
  UnwindResult result;
  result.depth = depth;
  result.truncated = outcome != Step::kEnd;
  result.in_signal = findings.signal_frames != 0;
  result.cold = static_cast<u8>(findings.cold < 255 ? findings.cold : 255);
  return result;
}

void unwind_forget(u64 start, u64 end) {
  if (!g_rules.started()) return;
  g_rules.forget(start, end);
  forget_table_pages();
}

u64 unwind_own_bytes() { return g_rules.started() ? RuleCache::kBytes : 0; }

}  // namespace lw
