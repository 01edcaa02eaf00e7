// SPDX-License-Identifier: Apache-2.0
// One finding with everything behind it: its card, its course, its blocks' lives, its share, and what would refute it.
#pragma once

#include <string>

#include "analyzer/base/terminal.h"
#include "analyzer/model/explanation.h"
#include "analyzer/render/json.h"

namespace lw {

std::string explanation_text(const Explanation& explanation, const Names& names, unsigned depth,
                             const Terminal& terminal);
Json json_of(const Explanation& explanation, const Names& names);
// The same without the line that names the process.
std::string explanation_body(const Explanation& explanation, const Names& names, unsigned depth,
                             const Terminal& terminal);
std::string explanation_json(const Explanation& explanation, const Names& names);

}  // namespace lw
