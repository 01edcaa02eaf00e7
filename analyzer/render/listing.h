// SPDX-License-Identifier: Apache-2.0
// The source text of functions, with what each line allocates beside it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/base/terminal.h"
#include "analyzer/model/source_lines.h"

namespace lw {

struct Listing {
  ListedFunction function;
  std::optional<std::vector<std::string>> source;  // all lines of its file; none if it was not found
};

std::string listing_text(const StackView& view, const std::vector<Listing>& listings, const Report& report,
                         const Terminal& terminal);
std::string listing_json(const StackView& view, const std::vector<Listing>& listings, const Report& report);

}  // namespace lw
