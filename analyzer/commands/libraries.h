// SPDX-License-Identifier: Apache-2.0
// Where the libraries are that `run` puts into LD_PRELOAD.
#pragma once

#include <string>

namespace lw {

// libleakwatch.so beside this executable, or in the lib folder beside its bin folder; "" if it is in neither.
std::string find_libleakwatch();

// "jemalloc", "tcmalloc", "mimalloc" or a path → the library's path; "" if it is not installed.
std::string find_allocator(const std::string& name);

}  // namespace lw
