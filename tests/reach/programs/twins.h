// SPDX-License-Identifier: Apache-2.0
// Each program here has two lives: `bad` loses memory at the line that ends in LOST, `good` does the same and does not.
#pragma once

#include <cstring>

inline bool is_bad(int argc, char** argv) { return argc > 1 && std::strcmp(argv[1], "bad") == 0; }

constexpr int kTimes = 20;
