// SPDX-License-Identifier: Apache-2.0
// Signals that are read when it suits, instead of interrupting: for programs that wait for several things at once.
#pragma once

#include <initializer_list>
#include <optional>

#include "analyzer/base/descriptor.h"

namespace lw {

class Signals {
 public:
  // From now on they wait to be read, in every thread started later too.
  explicit Signals(std::initializer_list<int> signals);
  int descriptor() const { return descriptor_.number(); }  // to poll
  std::optional<int> next();                               // nothing if none waits

  // Does what it does to a program that never heard of it: SIGTSTP stops here, and returns when resumed.
  static void suffer(int signal);

 private:
  Descriptor descriptor_;
};

}  // namespace lw
