// SPDX-License-Identifier: Apache-2.0
// What a program may tell leakwatch: interposer/leakwatch.h.
#include "interposer/leakwatch.h"

#include "interposer/cold/start.h"
#include "interposer/doors/door.h"

using namespace lw;

LW_DOOR void leakwatch_tick(unsigned long events) { add_relaxed(process().work, u64{events}); }
LW_DOOR int leakwatch_dump() { return dump_for_program() ? 0 : -1; }
