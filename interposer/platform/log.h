// SPDX-License-Identifier: Apache-2.0
// One sentence to the person at the terminal: `leakwatch: …` on stderr, in one write(2). Never stdio, whose lock
// the program may hold while it calls us.
#pragma once

#include "interposer/platform/syscalls.h"
#include "interposer/platform/text.h"

namespace lw {

using Sentence = Text<1024>;

inline void say(const Sentence& sentence) {
  Text<1100> line;
  line << "leakwatch: " << sentence.c_str() << "\n";
  sys::write(2, line.c_str(), line.length());
}

}  // namespace lw
