// SPDX-License-Identifier: Apache-2.0
// A regular expression of a person's (POSIX extended syntax, as grep -E takes it), found anywhere in a text.
#pragma once

#include <regex.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace lw {

class Expression {
 public:
  Expression() = default;  // given() is false
  // An empty expression is one that was not given. Throws a std::invalid_argument whose text completes "… is not a
  // regular expression: ".
  explicit Expression(const std::string& expression);

  bool given() const { return compiled_ != nullptr; }
  // False if none was given.
  bool found_in(const std::string& text) const;

 private:
  struct Free {
    void operator()(regex_t* compiled) const {
      regfree(compiled);
      delete compiled;
    }
  };
  std::unique_ptr<regex_t, Free> compiled_;
};

}  // namespace lw
