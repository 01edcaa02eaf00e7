// SPDX-License-Identifier: Apache-2.0
// A curve in one line of text.
#pragma once

#include <span>
#include <string>

#include "analyzer/base/terminal.h"
#include "analyzer/model/trend.h"

namespace lw {

// `width` characters over the time from the first point to the last, each as high as the value there (interpolated)
// between nothing and the highest. In a terminal without Unicode, characters of growing weight stand for the heights.
std::string sparkline(std::span<const TrendPoint> points, size_t width, const Terminal& terminal);

}  // namespace lw
