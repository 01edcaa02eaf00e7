// SPDX-License-Identifier: Apache-2.0
// An unwind rule: how to get from a frame to its caller, for one address, in 29 bits. The CFA ("canonical frame
// address") is the stack pointer's value in the caller; the return address always lies just below it.
//
//   bits 0..2    RuleKind
//   bits 3..22   kPlain: CFA - base register.  kAligned: rbp - address at which the CFA is stored. Multiples of 8, so
//                the field is the value in place: every frame waits for the chain load, mask, add, load.
//                kFramePointer: how many bytes before the return address the prologue is
//   bit  23      kPlain: the CFA counts from rbp, else from rsp.  kFramePointer, kOpaque: the address lay in no
//                loaded object when the rule was made
//   bits 24..28  kPlain: the caller's rbp is saved at CFA - 8 n; n = 1, where the return address is: rbp still has
//                the caller's value
#pragma once

#include "snapshot/layout.h"

namespace lw {

enum class RuleKind : u32 {
  kNone = 0,          // no rule
  kPlain = 1,         // CFA = rsp or rbp + offset: nearly every address of nearly every program
  kAligned = 2,       // CFA is stored at rbp - offset, the caller's rbp at rbp: gcc's over-aligned frames
  kSignal = 3,        // the signal trampoline: all registers come from the ucontext at rsp
  kEnd = 4,           // outermost frame: _start, a thread's or a coroutine's first function
  kFramePointer = 5,  // no tables, but the code has a prologue that sets up a frame pointer: try, and check
  kOpaque = 6,        // code, but it cannot be unwound: stop
  kNoCode = 7,        // not even that, so the step that led here was wrong. Never in the cache
};

class Rule {
 public:
  static constexpr u32 kBits = 29;
  static constexpr u64 kLargestOffset = 0x7ffff8;
  static constexpr u64 kLargestBpOffset = 31 * 8;
  static constexpr u64 kBpUnchanged = 8;

  constexpr Rule() = default;
  static constexpr Rule plain(bool from_bp, u64 offset, u64 bp_offset) {
    return Rule(static_cast<u64>(RuleKind::kPlain) | offset | (from_bp ? kFlag : 0) | bp_offset / 8 << kBpShift);
  }
  static constexpr Rule aligned(u64 offset) { return Rule(static_cast<u64>(RuleKind::kAligned) | offset); }
  static constexpr Rule frame_pointer(u64 distance, bool in_no_object) {
    return Rule(static_cast<u64>(RuleKind::kFramePointer) | distance << 3 | (in_no_object ? kFlag : 0));
  }
  static constexpr Rule of(RuleKind kind, bool in_no_object = false) {
    return Rule(static_cast<u64>(kind) | (in_no_object ? kFlag : 0));
  }
  // Of a word whose upper bits are somebody else's. They stay: taking them off would make every frame wait.
  static constexpr Rule from_word(u64 word) { return Rule(word); }
  constexpr u64 word() const { return bits_ % (1 << kBits); }

  constexpr RuleKind kind() const { return static_cast<RuleKind>(bits_ & 7); }
  constexpr bool known() const { return kind() != RuleKind::kNone; }
  constexpr u64 offset() const { return bits_ & kLargestOffset; }
  constexpr bool from_bp() const { return (bits_ & kFlag) != 0; }
  constexpr u64 bp_offset() const { return (bits_ >> kBpShift) % 32 * 8; }
  constexpr u64 prologue_distance() const { return offset() >> 3; }
  constexpr bool in_no_object() const { return kind() >= RuleKind::kFramePointer && (bits_ & kFlag) != 0; }
  constexpr bool operator==(const Rule& other) const { return word() == other.word(); }

 private:
  static constexpr u64 kFlag = 1 << 23;
  static constexpr u32 kBpShift = 24;

  constexpr explicit Rule(u64 bits) : bits_(bits) {}

  u64 bits_ = 0;
};
static_assert(Rule::plain(true, Rule::kLargestOffset, Rule::kLargestBpOffset).word() >> Rule::kBits == 0);
static_assert(Rule::plain(false, 4072, 16).offset() == 4072 && Rule::plain(false, 4072, 16).bp_offset() == 16);

}  // namespace lw
