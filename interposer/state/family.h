// SPDX-License-Identifier: Apache-2.0
// The processes that come from one program by fork, without exec: how many of them have begun to allocate. A server
// that forks for each connection makes millions of children that live for milliseconds. The first are watched like any
// program. A late one is left alone for the first second of its life, unless a person has fixed the interval: a child
// of PostgreSQL takes 7 ms of CPU for a connection, and took another 4 for being watched. What it allocates meanwhile
// is counted but not sampled, and of its parent's samples it learns nothing. Nor may each leave a file.
//
// The count stands in a page that all of them share, since a child cannot tell its parent anything else (it must not
// write into the parent's live file, and nothing of ours runs at fork).
#pragma once

#include "snapshot/layout.h"

namespace lw {

// From the first constructor: this process was made by exec, not by fork.
void note_founder();

// Makes the page. Without it (no memory, no right to map) every child counts as a first one.
void found_family();

// Was the calling process made by exec? Its children, and theirs, were not.
bool is_founder();

// The number that the calling child has among all children, from 0. Asked once in each, when it begins to allocate.
u64 join_family();

// So many children are first ones; so long is a late one's first moment.
inline constexpr u64 kFirstChildren = 64;
inline constexpr u64 kMomentNs = 1'000'000'000;
constexpr bool is_late_child(u64 number) { return number >= kFirstChildren; }

// Of the late ones, those whose last snapshot is kept however short their lives were: a half of as many more, a quarter
// of twice as many more, and so on. A million children leave some five hundred files.
constexpr bool is_chosen_child(u64 number) {
  u64 step = 1;
  while (number / step >= kFirstChildren) step *= 2;
  return number % step == 0;
}

}  // namespace lw
