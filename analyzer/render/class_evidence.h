// SPDX-License-Identifier: Apache-2.0
// The sentences on the verdicts beside growth.
#pragma once

#include <string>

#include "analyzer/model/assess.h"

namespace lw {

std::string why_thread(const ThreadCase& grounds);
std::string why_residue(const ResidueCase& grounds);
std::string why_churn(const ChurnCase& grounds, f64 died_by_s);
std::string why_fragmentation(const FragmentationCase& grounds, AllocatorName allocator);

// Why the array of a vector, of which there is but one block, is said to grow.
std::string filling_text(const ContainerCase& room);

// For "live less than …" and "older than …": no less than a millisecond.
std::string shorter_than_text(f64 life_s);

// Of a growing place: what part of it is room for elements. Begins with a space.
std::string room_text(const Assessment& growing);

// "6.0 threads/min"
std::string thread_rate_text(f64 threads_per_s);

// What the owner does about a finding; more to the point than the verdict's own words where the case allows.
std::string advice_text(const Assessment& finding, AllocatorName allocator);

}  // namespace lw
