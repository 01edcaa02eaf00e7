// SPDX-License-Identifier: Apache-2.0
// One sentence to the person at the terminal: `leakwatch: …` on stderr, in one write(2). Never stdio, whose lock
// the program may hold while it calls us.
#pragma once

#include "interposer/platform/text.h"

namespace lw {

using Sentence = Text<1024>;

// Notes which file descriptor 2 is. Programs close it and open something of their own under the number: nothing may
// then be written there. Before this call, and if there is no stderr, nobody is told anything.
void find_stderr();

// Says it, if stderr is still the one that was found. Raises no signal, whatever stands at its other end.
void say(const Sentence& sentence);

}  // namespace lw
