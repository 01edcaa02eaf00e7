// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/names.h"

namespace lw {

std::string Names::place(StackNumber stack) const {
  const NamedFrame& site = (*this)[stack].site();
  return site.function + '\n' + site.file + '\n' + std::to_string(site.line) + '\n' + site.module;
}

}  // namespace lw
