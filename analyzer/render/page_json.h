// SPDX-License-Identifier: Apache-2.0
// What the page of an HTML report shows, as the JSON that it carries (docs/views.md; the shape is "page" in
// tests/schema/shapes.json).
#pragma once

#include "analyzer/render/html_report.h"
#include "analyzer/render/json.h"

namespace lw {

// In about so many bytes or less: what does not fit is counted under "left_out".
Json page_json(const HtmlContent& content, size_t most_bytes);

}  // namespace lw
