// SPDX-License-Identifier: Apache-2.0
// How a thread's stack bounds are learnt without pthread_getattr_np, which locks and allocates.
#include "interposer/cold/unwind_memory.h"

#include <dlfcn.h>

#include <atomic>

namespace lw {
namespace {

constexpr u64 kPagesPerWalk = 64;     // how far the bounds grow at once: at most 10 microseconds
constexpr u64 kLargestGap = 8 << 20;  // a stack pointer farther below the bounds is on another stack

u64 g_first_control_block;
u64 g_first_stack_top;

u64 stack_top() {
  const u64 control_block = thread_control_block();
  return control_block == g_first_control_block ? g_first_stack_top : control_block;
}

}  // namespace

bool ProbedPages::admit(u64 page) {
  if (!can_read(page)) return false;
  known_[next_++ % (sizeof(known_) / sizeof(known_[0]))] = page;
  return true;
}

// Grows the trusted range downwards to the page of the stack pointer, page by page, so that it never reaches over
// a hole. A stack beyond the thread's guard page is thereby never trusted.
void StackWindow::extend(StackBounds* bounds, u64 sp) {
  if (bounds->high == 0) {
    const u64 top = stack_top() & ~7ULL;
    bounds->low = page_of(top);
    std::atomic_signal_fence(std::memory_order_release);  // in no instant is everything below the top trusted
    bounds->high = top;
  }
  if (sp >= bounds->low || bounds->low - sp > kLargestGap) return;
  for (u64 pages = 0; pages < kPagesPerWalk && sp < bounds->low; ++pages) {
    if (!can_read(bounds->low - kPageBytes)) return;
    bounds->low -= kPageBytes;
  }
}

bool StackWindow::admit(u64 address) {
  if (address >= trusted_->low && address < trusted_->high) {
    set(trusted_->low, trusted_->high);
    return true;
  }
  const u64 page = page_of(address);
  if (address >> kAddressBits != 0 || !can_read(page)) return false;
  set(page == high_ ? low_ : page, page + kPageBytes);
  return true;
}

void learn_first_stack() {
  const void* symbol = dlsym(RTLD_DEFAULT, "__libc_stack_end");
  if (symbol == nullptr || sys::thread_id() != sys::process_id()) return;
  g_first_control_block = thread_control_block();
  g_first_stack_top = *static_cast<const u64*>(symbol);
}

}  // namespace lw
