// SPDX-License-Identifier: Apache-2.0
// What stands above a column of values.
#pragma once

#include <string>

#include "analyzer/model/measure.h"

namespace lw {

std::string measure_title(const Measure& measure);  // "alive", "blocks allocated", "97 % died by"

}  // namespace lw
