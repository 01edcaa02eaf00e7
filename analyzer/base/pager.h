// SPDX-License-Identifier: Apache-2.0
// Text for a person → stdout; through a pager if that is a terminal with fewer lines.
#pragma once

#include <string>

namespace lw {

// As git does it: $PAGER, or less, which is told (unless LESS is set) to pass colours on and to leave the text on the
// screen: LESS=FRX. PAGER=cat, or an empty one, means none; so does a pager that cannot be started.
void show_to_person(const std::string& text);

}  // namespace lw
