// SPDX-License-Identifier: Apache-2.0
// Where the libraries are that `run` puts into LD_PRELOAD.
#pragma once

#include <string>

namespace lw {

// libleakwatch.so beside this executable, or in the lib folder beside its bin folder; "" if it is in neither.
std::string find_libleakwatch();

// Another library of ours, in the same folder; "" if it is not there.
std::string find_beside_libleakwatch(const std::string& name);

// "jemalloc", "tcmalloc", "mimalloc" or a path → the library's path; "" if it is not installed.
std::string find_allocator(const std::string& name);

}  // namespace lw
