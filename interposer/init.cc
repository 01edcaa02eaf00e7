// SPDX-License-Identifier: Apache-2.0
// In which order things wake, what is hung up where for the end, and what happens at fork:
//
//   before  the program's resolvers of indirect functions run while the loader still relocates, and may allocate. By
//           then this object is relocated, but the first thread's variables have no values yet: see first_slot().
//   start   ld.so runs `wake` before any other constructor (-z initfirst), libc's included. It finds the allocator
//           behind us, reads the environment, and sets g_started; from then on the slow path may do its work. Nothing
//           is mapped or opened before the first sample asks for it (cold/start.cc).
//   main    libunwind cannot be loaded that early: dlopen would initialise libc with an empty environment. So stacks
//           begin at __libc_start_main, behind all constructors of libraries; what these allocate has no stack.
//   fork    nothing runs. The kernel wipes process.h's pages in the child, which then looks like a new process; it
//           gets a live file of its own at its first sample, or none if it execs before.
//   end     `exit` and return from main come to `last_words` after the destructors of all libraries; _exit, _Exit and
//           quick_exit have their own ways there; a killed process leaves its live file.
#include <pthread.h>
#include <sys/mman.h>

#include "interposer/cold/coverage.h"
#include "interposer/cold/lost_file.h"
#include "interposer/cold/mapped_memory.h"
#include "interposer/cold/start.h"
#include "interposer/cold/unwind.h"
#include "interposer/dump/trigger.h"
#include "interposer/platform/allocator_statistics.h"
#include "interposer/platform/atomic.h"
#include "interposer/platform/identity.h"
#include "interposer/platform/log.h"
#include "interposer/platform/next_allocator.h"
#include "interposer/platform/next_libc.h"
#include "interposer/platform/next_mapping.h"
#include "interposer/platform/options.h"
#include "interposer/platform/pages.h"
#include "interposer/platform/sanitizer.h"
#include "interposer/platform/syscalls.h"
#include "interposer/state/family.h"
#include "interposer/state/process.h"

extern "C" {
int __cxa_atexit(void (*)(void*), void*, void*);
int __cxa_at_quick_exit(void (*)(void*), void*);
// Set by the linker: the first byte of libleakwatch.so and the end of its code.
extern char __ehdr_start __attribute__((visibility("hidden")));
extern char etext __attribute__((visibility("hidden")));
}

namespace lw {

namespace {

void last_words(void*) { stop_watching(true); }

// Where the kernel cannot. Slots that were never used are zero anyway.
void wipe_by_hand() {
  const u64 slots = process().slots_high < kThreadSlots ? process().slots_high : kThreadSlots;
  __builtin_memset(&g_wiped, 0, offsetof(WipedPages, slots) + slots * sizeof(ThreadSlot));
}

void look_at_coverage() {
  if (!g_options.watch || !malloc_is_bound_past_us()) return;
  g_covered = false;
  say(Sentence() << g_options.program << " brings its own malloc, which leakwatch cannot see: it is not watched. "
                 << "Link that allocator dynamically, or build without it, to look for leaks.");
}

void step_aside_for_valgrind(char** environment) {
  if (!g_options.watch || !valgrind_replaces_malloc(environment)) return;
  g_options.watch = false;
  say(Sentence() << g_options.program << " runs under valgrind, which replaces malloc itself: it is not watched.");
}

// The first thread gets the values of its thread-local variables when everything is relocated. An indirect function of
// our own is resolved when this object is relocated, which is before the program is: the slot is set here, by hand.
void nothing() {}
extern "C" __attribute__((used)) void (*lw_set_first_slot())() {
  t_slot = &nobodys_slot();
  return nothing;
}
void first_slot() __attribute__((ifunc("lw_set_first_slot")));
__attribute__((used)) void (*const g_first_slot)() = first_slot;

// No handle of ours: with one, these would run when our own destructors do, before those of other libraries.
void hang_up_last_words() {
  __cxa_atexit(last_words, nullptr, nullptr);
  __cxa_at_quick_exit(last_words, nullptr);
}

__attribute__((constructor)) void wake(int argc, char** argv, char** environment) {
  find_stderr();
  find_next_allocator();
  next_libc();
  find_next_mapping();
  step_aside_for_sanitizer(argv, environment);
  read_options(argc, argv, environment);
  step_aside_for_valgrind(environment);
  remember_temporary_directory(environment);
  look_at_coverage();
  note_founder();
  if (!wipe_on_fork(&g_wiped, sizeof g_wiped)) pthread_atfork(nullptr, nullptr, wipe_by_hand);
  if (g_options.watch) {
    found_family();
    snapshot_directory();
    find_allocator_statistics();
    hang_up_last_words();
    install_signal_handler(start_watching);
    guard_live_file();
  }
  store_release(g_started, 1u);
}

}  // namespace

void start_stacks() {
  if (!g_options.watch) return;
  if (!g_covered) {
    start_watching();  // there will be no sample to begin with
    return;
  }
  const u64 start = reinterpret_cast<u64>(&__ehdr_start);
  g_maps_for_us = true;
  const char* why = unwind_start(start, reinterpret_cast<u64>(&etext));
  g_maps_for_us = false;
  if (why == nullptr) return;
  say(Sentence() << "no stacks can be taken (" << why << "): " << g_options.program
                 << " is not watched. Install the package libunwind8.");
  give_up_watching();
}

}  // namespace lw
