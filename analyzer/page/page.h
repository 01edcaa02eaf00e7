// SPDX-License-Identifier: Apache-2.0
// The page of the HTML report, as it was put together at build time from the other files of this folder (assemble.py).
#pragma once

#include <string_view>

namespace lw {

// What stands before and after the page's JSON.
struct PageTemplate {
  std::string_view before, after;
};

PageTemplate page_template();

}  // namespace lw
