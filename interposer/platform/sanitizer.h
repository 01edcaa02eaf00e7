// SPDX-License-Identifier: Apache-2.0
// A program built with AddressSanitizer or its kin brings its own malloc and refuses to run when anything is preloaded
// before its runtime.
#pragma once

namespace lw {

// If this is such a program: says so and executes it again without leakwatch in LD_PRELOAD, so that it runs as if
// nothing had been preloaded. Returns if it is an ordinary program.
void step_aside_for_sanitizer(char** argv, char** environment);

}  // namespace lw
