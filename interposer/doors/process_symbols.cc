// SPDX-License-Identifier: Apache-2.0
// Doors that are not about memory: the beginning of main, and the ends of a process that run no exit functions.
#include "interposer/cold/start.h"
#include "interposer/doors/door.h"
#include "interposer/platform/next_libc.h"
#include "interposer/platform/syscalls.h"

using namespace lw;

namespace {

[[noreturn]] void end_process(int status) {
  stop_watching(true);
  for (;;) sys::call(SYS_exit_group, status);
}

}  // namespace

// The first function of ours that runs when libc is ready: see init.cc.
LW_DOOR int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(), void (*fini)(),
                              void (*rtld_fini)(), void* stack_end) {
  start_stacks();
  return next_libc().start_main(main, argc, argv, init, fini, rtld_fini, stack_end);
}

LW_DOOR __attribute__((noreturn)) void _exit(int status) { end_process(status); }
LW_DOOR __attribute__((noreturn)) void _Exit(int status) { end_process(status); }
