// SPDX-License-Identifier: Apache-2.0
// Which frame of an allocating stack is to blame: the innermost one that somebody wrote for this program. Above it
// (further in) stand the allocator, libc, the C++ standard library, and wrappers such as `xmalloc`, in which every
// leak of the program would meet.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lw {

// One frame of source code as the symbolizer shows it, and the path of its object. Unknown parts are empty.
struct BlameFrame {
  std::string_view function, linkage_name, file, module;
};

struct BlameRules {
  // Names or globs, as given with --wrapper. They are matched with the function without parameters and template
  // arguments (`Pool::get`), and with its linkage name.
  std::vector<std::string> wrappers;
  // Also pass over wrappers that half the world has by the same name: zmalloc, xmalloc, g_malloc, PyMem_*, …
  bool well_known_wrappers = true;
};

// True if `frame` is passed over in the search for the one to blame, from the innermost outwards.
bool is_wrapper(const BlameFrame& frame, const BlameRules& rules);

// `std::vector<int>::push_back(int&&)` → `std::vector::push_back`.
std::string bare_name(std::string_view function);

}  // namespace lw
