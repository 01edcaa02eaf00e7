// SPDX-License-Identifier: Apache-2.0
// May this program be watched at all? The loader ignores LD_PRELOAD in silence where it cannot or must not obey it;
// a person should hear why before the program runs, not wonder about missing snapshots afterwards.
#pragma once

#include <string>

namespace lw {

// The file that `command` starts, as the shell would find it; "" if there is none.
std::string find_program(const std::string& command);

// A sentence on why the program cannot be watched: statically linked, setuid, made for another machine, built with a
// sanitizer. Empty if it can, or if nothing is known against it. Scripts are judged by their interpreter.
std::string why_not_watchable(const std::string& program);

}  // namespace lw
