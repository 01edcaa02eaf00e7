// SPDX-License-Identifier: Apache-2.0
#include "analyzer/page/page.h"

// LW_PAGE is the path of the file that assemble.py has made.
asm(".pushsection .rodata\n"
    ".local lw_page_first, lw_page_last\n"
    "lw_page_first: .incbin \"" LW_PAGE
    "\"\n"
    "lw_page_last:\n"
    ".popsection\n");
extern "C" const char lw_page_first[], lw_page_last[];

namespace lw {

PageTemplate page_template() {
  constexpr std::string_view kMark = "@JSON@";
  const std::string_view page(lw_page_first, static_cast<size_t>(lw_page_last - lw_page_first));
  const size_t mark = page.find(kMark);
  return {page.substr(0, mark), page.substr(mark + kMark.size())};
}

}  // namespace lw
