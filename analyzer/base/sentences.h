// SPDX-License-Identifier: Apache-2.0
// What leakwatch says about itself, on stderr: "leakwatch: " and a sentence.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lw {

void complain(std::string_view sentence);

// The candidate that differs least from `word`, if it differs little enough to have been meant; "" otherwise.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace lw
