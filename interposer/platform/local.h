// SPDX-License-Identifier: Apache-2.0
#pragma once

// For variables of the hot path: tells the compiler that they are defined in this very object, so that it addresses
// them directly instead of through the GOT (-fvisibility=hidden says that only of definitions).
#define LW_LOCAL __attribute__((visibility("hidden")))
