// SPDX-License-Identifier: Apache-2.0
// From what was looked at to the HTML report: what `export html` writes and `serve` answers with.
#pragma once

#include <string>

#include "analyzer/commands/view_choice.h"

namespace lw {

// Names what the page shows, and nothing else: a page of a thousand stacks does not pay for 200,000. Findings and
// warnings are added to looked.report. `reload_s`: the page loads itself anew so often; 0: never.
std::string html_page(const ViewChoice& choice, StackFilter filter, Looked& looked, unsigned reload_s = 0);

}  // namespace lw
