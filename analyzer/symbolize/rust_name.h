// SPDX-License-Identifier: Apache-2.0
// Rust's older mangling: valid C++ mangling of a path whose last part is a hash and whose punctuation is
// written `$LT$`, `$u20$`, `..`. (Names of the newer one, `_R…`, are shown as they are.)
#pragma once

#include <string>

namespace lw {

// `demangled` is what a C++ demangler made of `linkage_name`.
bool is_rust_name(const std::string& linkage_name, const std::string& demangled);

// `alloc::vec::Vec$LT$T$GT$::push::h0123456789abcdef` → `alloc::vec::Vec<T>::push`; the hash stays if `full`.
std::string rust_name(const std::string& demangled, bool full);

}  // namespace lw
