// SPDX-License-Identifier: Apache-2.0
// How a place's memory has moved, in words and for programs.
#pragma once

#include <string>

#include "analyzer/model/course.h"
#include "analyzer/render/json.h"

namespace lw {

// "level until 4 m 0 s, then +2.8 MiB/min (2.4 to 3.2)"
std::string course_text(const Course& course);
Json json_of(const Course& course);

}  // namespace lw
