// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/names.h"

namespace lw {

std::string Names::place(StackNumber stack) const {
  const NamedFrame& site = (*this)[stack].site();
  return site.function + '\n' + site.file + '\n' + std::to_string(site.line) + '\n' + site.module;
}

const NamedStack& Names::whole_process() {
  static const NamedStack stack = [] {
    NamedFrame frame;
    frame.function = "(the whole process)";
    return NamedStack{{frame}, 0, false};
  }();
  return stack;
}

}  // namespace lw
