// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/process.h"

namespace lw {

constinit WipedPages g_wiped{};
constinit u32 g_started = 0;
constinit u32 g_sealed = 0;

}  // namespace lw
