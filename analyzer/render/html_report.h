// SPDX-License-Identifier: Apache-2.0
// A report for people who want to look: one page that needs nothing beside it, not even a network.
#pragma once

#include <string>

#include "analyzer/model/stack_view.h"

namespace lw {

// What the page is made of.
struct HtmlContent {
  const Observation& observation;
  const Report& report;   // with findings
  const Names& names;     // of the findings' stacks, and of the view's
  const StackView& view;  // the stacks that are worth a place on the page, by live_bytes
  unsigned reload_s = 0;  // the page loads itself anew so often, for somebody who serves it; 0: never
};

// No page is longer, whatever the input: what is least is left out first, and the page says what.
inline constexpr size_t kMostPageBytes = 2'000'000;
// Of more processes the page has the first line only.
inline constexpr size_t kMostProcessesOnPage = 12;

std::string html_report(const HtmlContent& content);

}  // namespace lw
