// SPDX-License-Identifier: Apache-2.0
// Code without unwind tables: made at run time, with and without a frame pointer, and damaged frames.
#include <alloca.h>
#include <sys/mman.h>

#include <cstring>
#include <initializer_list>
#include <memory>

#include "interposer/cold/unwind_x86_64.h"
#include "tests/unit/unwind/stacks.h"

namespace lw {
namespace {

// f(callback, rbp): calls callback().
using MadeFunction = void (*)(void (*callback)(), u64 bp);

class MadeCode {
 public:
  explicit MadeCode(std::initializer_list<u8> bytes) {
    page_ =
        static_cast<u8*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    std::memcpy(page_ + 64, bytes.begin(), bytes.size());
  }
  ~MadeCode() { munmap(page_, 4096); }
  MadeCode(const MadeCode&) = delete;
  MadeCode& operator=(const MadeCode&) = delete;

  MadeFunction function() const {
    MadeFunction made;
    const u8* start = page_ + 64;
    std::memcpy(&made, &start, sizeof(made));
    return made;
  }
  bool holds(u64 address) const { return address - reinterpret_cast<u64>(page_) < 4096; }

 private:
  u8* page_;
};

// push rbp; mov rbp, rsp; call rdi; pop rbp; ret
const std::initializer_list<u8> kWithFramePointer = {0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3};
// sub rsp, 8; call rdi; add rsp, 8; ret
const std::initializer_list<u8> kWithout = {0x48, 0x83, 0xec, 0x08, 0xff, 0xd7, 0x48, 0x83, 0xc4, 0x08, 0xc3};
// push rbp; mov rbp, rsp; push rbx; mov rbx, rsp; mov rbp, rsi; sub rsp, 8; call rdi; mov rsp, rbx; pop rbx; pop rbp;
// ret
const std::initializer_list<u8> kWithGivenFramePointer = {0x55, 0x48, 0x89, 0xe5, 0x53, 0x48, 0x89, 0xe3,
                                                          0x48, 0x89, 0xf5, 0x48, 0x83, 0xec, 0x08, 0xff,
                                                          0xd7, 0x48, 0x89, 0xdc, 0x5b, 0x5d, 0xc3};

u64 g_frames[256];
UnwindResult g_result;
[[gnu::noinline]] void take() {
  g_result = unwind(g_frames, 256, &t_bounds);
  stay_on_stack();
}

// Calls the made code, and says how the stack of this function goes on.
[[gnu::noinline]] Stack call_made(const MadeCode& code, u64 bp = 0) {
  Stack here = take_stack();
  code.function()(take, bp);
  return here;
}

}  // namespace

TEST_CASE("made code with a frame pointer is walked through") {
  start_unwinder();
  unwind_forget(0, ~0ULL);
  const MadeCode code(kWithFramePointer);
  for (const bool cold : {true, false}) {
    const Stack caller = call_made(code);
    REQUIRE(g_result.truncated == 0);
    REQUIRE((g_result.cold > 0) == cold);
    // take, the made code, call_made, and from there the same as without the made code.
    REQUIRE(g_result.depth == caller.frames.size() + 2);
    REQUIRE(code.holds(g_frames[1]));
    REQUIRE(std::equal(caller.frames.begin() + 1, caller.frames.end(), g_frames + 3));
  }
}

TEST_CASE("at made code without a frame pointer a stack ends, and is not looked into again") {
  start_unwinder();
  unwind_forget(0, ~0ULL);
  const MadeCode code(kWithout);
  for (const bool cold : {true, false}) {
    call_made(code);
    REQUIRE(g_result.truncated == 1);
    REQUIRE((g_result.cold > 0) == cold);
    REQUIRE(g_result.depth == 2);
    REQUIRE(code.holds(g_frames[1]));
  }
}

TEST_CASE("a frame pointer that is not one ends the stack") {
  start_unwinder();
  const MadeCode code(kWithGivenFramePointer);
  u64 fake_frame[4] = {0x4141414141414141, 0x4141414141414141, 0, 0};
  const u64 in_text = reinterpret_cast<u64>(&call_made);  // an address in code, but nobody has called from there
  u64 frame_without_call[2] = {0, in_text};
  for (const u64 bp : {u64{0}, u64{1}, u64{8}, ~u64{0}, u64{0x8000000000000000}, reinterpret_cast<u64>(fake_frame),
                       reinterpret_cast<u64>(fake_frame) + 4, reinterpret_cast<u64>(frame_without_call),
                       reinterpret_cast<u64>(g_frames), in_text}) {
    CAPTURE(bp);
    call_made(code, bp);
    REQUIRE(g_result.truncated == 1);
    REQUIRE(g_result.depth == 2);
  }
}

TEST_CASE("a frame whose return address is zero is the last") {
  start_unwinder();
  const MadeCode code(kWithGivenFramePointer);
  u64 last_frame[2] = {0, 0};
  call_made(code, reinterpret_cast<u64>(last_frame));
  REQUIRE(g_result.truncated == 0);
  REQUIRE(g_result.depth == 2);
}

namespace {

// Runs `take` with another value in the place where this function's caller's rbp is saved.
[[gnu::noinline, gnu::optimize("no-omit-frame-pointer")]] void take_with_saved_bp(u64 value) {
  auto* saved = static_cast<volatile u64*>(__builtin_frame_address(0));
  const u64 right = *saved;
  *saved = value;
  take();
  *saved = right;
}

[[gnu::noinline, gnu::optimize("no-omit-frame-pointer")]] void call_with_frame_of_size(unsigned bytes, u64 value) {
  volatile char* room = static_cast<volatile char*>(alloca(bytes));
  room[0] = 1;
  take_with_saved_bp(value);
  room[0] = 2;
}

}  // namespace

TEST_CASE("a damaged saved rbp ends the stack where it is needed") {
  start_unwinder();
  const u64 here = reinterpret_cast<u64>(__builtin_frame_address(0));
  for (const u64 value :
       {u64{0}, u64{3}, ~u64{7}, u64{0x7ffffffff000}, u64{0x0000414141414140}, here + 1, here - 100000}) {
    CAPTURE(value);
    call_with_frame_of_size(100, value);
    REQUIRE(g_result.truncated == 1);
    REQUIRE(g_result.depth == 3);  // take, take_with_saved_bp, call_with_frame_of_size
  }
}

TEST_CASE("a word that is no address of code is not reported as a frame") {
  start_unwinder();
  u64 fake_frames[32];
  for (const u64 word : {u64{7}, u64{0xd106f86e69d785c7}, u64{0x10000}, reinterpret_cast<u64>(fake_frames)}) {
    CAPTURE(word);
    std::fill(std::begin(fake_frames), std::end(fake_frames), word);
    call_with_frame_of_size(100, reinterpret_cast<u64>(fake_frames));
    REQUIRE(g_result.truncated == 1);
    REQUIRE(g_result.depth == 3);
  }
}

TEST_CASE("calls are told from other code") {
  struct Example {
    std::vector<u8> code;
    bool is_call;
  };
  const Example examples[] = {
      {{0xff, 0xd0}, true},                                      // call *%rax
      {{0x41, 0xff, 0xd2}, true},                                // call *%r10
      {{0xff, 0x10}, true},                                      // call *(%rax)
      {{0xff, 0x14, 0x24}, true},                                // call *(%rsp)
      {{0xff, 0x50, 0x18}, true},                                // call *0x18(%rax)
      {{0xff, 0x54, 0x24, 0x08}, true},                          // call *0x8(%rsp)
      {{0xff, 0x15, 0x01, 0x02, 0x03, 0x04}, true},              // call *0x4030201(%rip)
      {{0xff, 0x90, 0x01, 0x02, 0x03, 0x04}, true},              // call *0x4030201(%rax)
      {{0xff, 0x94, 0x24, 0x01, 0x02, 0x03, 0x04}, true},        // call *0x4030201(%rsp)
      {{0xff, 0xe0}, false},                                     // jmp *%rax
      {{0xff, 0x30}, false},                                     // push (%rax)
      {{0x48, 0x89, 0xe5}, false},                               // mov %rsp, %rbp
      {{0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90}, false}  // nothing
  };
  for (const Example& example : examples) {
    std::vector<u8> memory(16, 0);
    memory.insert(memory.end(), example.code.begin(), example.code.end());
    const u64 end = reinterpret_cast<u64>(memory.data() + memory.size());
    CAPTURE(example.code);
    REQUIRE(call_may_lead_to(end, end + 1000) == example.is_call);
  }
}

TEST_CASE("a direct call counts if it leads to the function, or to a jump") {
  // 0: (other code)  32: call 128  128: the function  192: call 256  256: jmp *...
  alignas(4096) static u8 memory[1 << 20];
  const auto call = [](u64 from, u64 to) {
    memory[from] = 0xe8;
    const int distance = static_cast<int>(to) - static_cast<int>(from + 5);
    std::memcpy(&memory[from + 1], &distance, sizeof(distance));
  };
  const u64 base = reinterpret_cast<u64>(memory);
  call(32, 128);
  call(192, 256);
  memory[256] = 0xff;
  memory[257] = 0x25;
  REQUIRE(call_may_lead_to(base + 37, base + 140));
  REQUIRE_FALSE(call_may_lead_to(base + 37, base + 100));                 // before the function
  REQUIRE_FALSE(call_may_lead_to(base + 37, base + sizeof(memory) - 8));  // far behind it
  REQUIRE(call_may_lead_to(base + 197, base + sizeof(memory) - 8));
  REQUIRE_FALSE(call_may_lead_to(base + 8, base + 140));
  REQUIRE_FALSE(call_may_lead_to(0, base));
  REQUIRE_FALSE(call_may_lead_to(~u64{0}, base));
}

TEST_CASE("a prologue is looked for backwards, within reach and not below the limit") {
  std::vector<u8> memory(3 * 8192, 0x90);
  const u64 base = reinterpret_cast<u64>(memory.data());
  const u8 prologue[] = {0x55, 0x48, 0x89, 0xe5};
  std::memcpy(&memory[8192], prologue, sizeof(prologue));
  REQUIRE(distance_to_prologue(base + 8192 + 4, 0) == 4);
  REQUIRE(distance_to_prologue(base + 8192 + 100, base + 8192) == 100);
  REQUIRE(distance_to_prologue(base + 2 * 8192, 0) == 8192);
  REQUIRE(distance_to_prologue(base + 8192 + 3, base) == 0);
  REQUIRE(distance_to_prologue(base + 8192 + 100, base + 8193) == 0);
  REQUIRE(distance_to_prologue(base + 2 * 8192 + 1, 0) == 0);
  REQUIRE(is_prologue(base + 8192));
  REQUIRE_FALSE(is_prologue(base + 8193));
  REQUIRE_FALSE(is_prologue(0));
}

TEST_CASE("other code at the address of made code is looked at anew") {
  start_unwinder();
  unwind_forget(0, ~0ULL);
  auto first = std::make_unique<MadeCode>(kWithFramePointer);
  call_made(*first);
  REQUIRE(g_result.truncated == 0);
  first.reset();
  const MadeCode second(kWithout);  // the page is free again, so it is the same, and so is the return address
  call_made(second);
  REQUIRE(g_result.truncated == 1);
  REQUIRE(g_result.depth == 2);
}

}  // namespace lw
