// SPDX-License-Identifier: Apache-2.0
// The first test of the search for pointers (snapshot/pointer_scan.h) with the widest instructions that this processor
// has.
#pragma once

#include "snapshot/pointer_scan.h"

namespace lw {

RangeTest widest_range_test();

}  // namespace lw
