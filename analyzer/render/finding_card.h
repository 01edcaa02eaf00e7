// SPDX-License-Identifier: Apache-2.0
// One finding on a few lines: verdict, figures with their error, why, the stack, what to do.
#pragma once

#include <string>

#include "analyzer/base/terminal.h"
#include "analyzer/model/assess.h"
#include "analyzer/model/names.h"

namespace lw {

std::string finding_card(const Process& process, const Assessment& finding, size_t number, const Names& names,
                         unsigned depth, bool with_advice, const Terminal& terminal);

// Frames from the blamed one outwards, which is marked.
std::string stack_text(const NamedStack& stack, unsigned depth, size_t width, size_t indent);

}  // namespace lw
