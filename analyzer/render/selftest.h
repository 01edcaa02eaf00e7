// SPDX-License-Identifier: Apache-2.0
// The outcome of a self-test: estimated against true.
#pragma once

#include <string>
#include <vector>

#include "analyzer/base/terminal.h"
#include "analyzer/model/selftest.h"

namespace lw {

std::string selftest_text(const std::vector<SelftestResult>& results, const Terminal& terminal);
std::string selftest_json(const std::vector<SelftestResult>& results);

}  // namespace lw
