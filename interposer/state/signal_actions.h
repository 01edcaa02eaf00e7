// SPDX-License-Identifier: Apache-2.0
// The two signals for which leakwatch has handlers of its own, and what the program is told about them: what it would
// find without us. All state is the kernel's, but for the program's handler behind ours.
//
//   the dump signal   leakwatch gives way. Its handler stands there only while nobody has decided anything; one of the
//                     program's own replaces it for good. A program that sets the default where it was told that the
//                     default is (resetting all signals, putting back what it found) has decided nothing either.
//   SIGBUS            leakwatch stands in front. A handler of the program's is kept behind ours, which has its flags
//                     and its mask, and gets every signal that is not a fault in the live file.
//
// Signal-safe, as sigaction is. A program that asks the kernel past libc sees our handlers, and its own replace them.
#pragma once

#include <signal.h>

namespace lw {

using SignalHandler = void (*)(int, siginfo_t*, void*);
using PlainHandler = void (*)(int);

enum class Manners { kGiveWay, kStandInFront };

// Installs `ours`, unless the program or whoever started it has decided something about the signal.
void offer_handler(int number, SignalHandler ours, Manners manners);

// The program's own handler behind ours; nullptr: it has none, so the default is to happen. To be called as ours was,
// and last of all: by a jump, so that it finds the stack as the kernel has left it.
SignalHandler handler_of_program(int number);

// The doors' bodies. Results and errors are those of sigaction, and of `set`, libc's own function of that kind.
int change_action(int number, const struct sigaction* wanted, struct sigaction* before);
PlainHandler change_handler(int number, PlainHandler wanted, PlainHandler (*set)(int, PlainHandler));

}  // namespace lw
