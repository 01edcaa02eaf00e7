// SPDX-License-Identifier: Apache-2.0
// libc's, not std::regex: that one recurses for every character and overflows the stack on the longest names of C++.
#include "analyzer/model/expression.h"

namespace lw {

Expression::Expression(const std::string& expression) {
  if (expression.empty()) return;
  auto compiled = std::make_unique<regex_t>();
  const int error = regcomp(compiled.get(), expression.c_str(), REG_EXTENDED | REG_NOSUB);
  if (error != 0) {
    char reason[256];
    regerror(error, compiled.get(), reason, sizeof reason);
    throw std::invalid_argument(reason);
  }
  compiled_.reset(compiled.release());
}

bool Expression::found_in(const std::string& text) const {
  return compiled_ != nullptr && regexec(compiled_.get(), text.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace lw
