// SPDX-License-Identifier: Apache-2.0
// Others that watch memory and replace malloc for that. A program built with AddressSanitizer or its kin brings its own
// malloc and refuses to run when anything is preloaded before its runtime. valgrind's memcheck and massif put theirs in
// the place of everybody's, and complain of what leakwatch reads and asks the kernel.
#pragma once

namespace lw {

// If this is such a program: says so and executes it again without leakwatch in LD_PRELOAD, so that it runs as if
// nothing had been preloaded. Returns if it is an ordinary program.
void step_aside_for_sanitizer(char** argv, char** environment);

// Is a tool of valgrind at work that replaces malloc? (callgrind and cachegrind do not.)
bool valgrind_replaces_malloc(char** environment);

}  // namespace lw
