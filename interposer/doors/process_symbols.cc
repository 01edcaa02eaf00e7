// SPDX-License-Identifier: Apache-2.0
// Doors that are not about memory: the ends of a process that run no exit functions, and the unloading of code.
#include <dlfcn.h>

#include "interposer/cold/reentry_guard.h"
#include "interposer/cold/start.h"
#include "interposer/doors/door.h"
#include "interposer/dump/mappings.h"
#include "interposer/platform/syscalls.h"

using namespace lw;

namespace {

[[noreturn]] void end_process(int status) {
  stop_watching(true);
  for (;;) sys::call(SYS_exit_group, status);
}

void notice_unloading() {
  if (!watching()) return;
  ReentryGuard guard(*claim_slot());
  refresh_mappings();
}

}  // namespace

LW_DOOR [[noreturn]] void _exit(int status) { end_process(status); }
LW_DOOR [[noreturn]] void _Exit(int status) { end_process(status); }

// The first function of ours that runs when libc is ready: see init.cc.
LW_DOOR int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(), void (*fini)(),
                              void (*rtld_fini)(), void* stack_end) {
  using Start = int (*)(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
  const auto next = reinterpret_cast<Start>(dlsym(RTLD_NEXT, "__libc_start_main"));
  start_stacks();
  return next(main, argc, argv, init, fini, rtld_fini, stack_end);
}

LW_DOOR int dlclose(void* handle) {
  static int (*next)(void*) = nullptr;
  if (next == nullptr) next = reinterpret_cast<int (*)(void*)>(dlsym(RTLD_NEXT, "dlclose"));
  const int status = next(handle);
  notice_unloading();
  return status;
}
