// SPDX-License-Identifier: Apache-2.0
// Which pages of a running process change: the only places where a pointer that moves about can be.
#pragma once

#include <utility>
#include <vector>

#include "analyzer/reach/address_space.h"
#include "analyzer/reach/process_memory.h"

namespace lw {

// Page and hash of its content, in the order of addresses. 16 bytes for each page of 4 KiB.
using Fingerprints = std::vector<std::pair<u64, u64>>;

Fingerprints fingerprints_of(ProcessMemory& memory, const std::vector<Range>& ranges);

// Pages whose content differs, and those that only one of the two has.
std::vector<u64> changed_pages(const Fingerprints& before, const Fingerprints& after);

}  // namespace lw
