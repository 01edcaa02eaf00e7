// SPDX-License-Identifier: Apache-2.0
// Blocks that hold room for elements: the array of a vector or string, the buckets of a hash table.
//
// Such a block is replaced by one twice (or half again) as large when it is full. Two marks tell it. Its sizes: what
// was freed at the site is a geometric series below what is alive, so that it adds up to about as much (growth by 2) or
// twice as much (by 1.5) and consists of far smaller blocks; a block that realloc moved brings the length of its chain
// along. And its frames: the libraries' own names for the moment of growth.
#pragma once

#include <optional>

#include "analyzer/model/grounds.h"
#include "analyzer/model/history.h"
#include "analyzer/model/names.h"

namespace lw {

// By sizes alone.
std::optional<ContainerCase> container_by_sizes(const Subject& subject);

// What the frames between the allocator and the blamed one say.
std::optional<ContainerKind> container_by_frames(const NamedStack& stack);

// Both marks together. Frames alone suffice where the sizes do not contradict.
std::optional<ContainerCase> container_of(const Subject& subject, const Names& names, StackNumber stack);

// How sure it is that elements of one stack lie in the room of the other, judged by the code: made by the same
// function, or by functions that one of the other's near callers calls. 0 if nothing says so.
f64 kinship(const NamedStack& room, const NamedStack& elements);

// The array of a vector to which elements are added all the time is one block, of which no statistics can be made. But
// it doubled at times that doubled, the last time not long ago, and it has been filled since then as far as it must
// have been at that pace. One of less than a mebibyte is not judged: too many arrays stop growing at such a size.
bool fills_at_a_steady_pace(const ContainerCase& container, f64 now_s);

}  // namespace lw
