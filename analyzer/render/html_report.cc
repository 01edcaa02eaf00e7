// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/html_report.h"

#include "analyzer/page/page.h"
#include "analyzer/render/page_json.h"

namespace lw {
namespace {

// A script element ends at "</", and "<!" could keep it from ending. In JSON '<' stands within strings only, where it
// can be written otherwise.
std::string safe_in_script(const std::string& json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

std::string html_report(const HtmlContent& content) {
  const PageTemplate page = page_template();
  size_t room = kMostPageBytes - page.before.size() - page.after.size();
  for (;;) {
    const Json json = page_json(content, room);
    const std::string text = safe_in_script(json.dump(-1, ' ', false, Json::error_handler_t::replace));
    const size_t bytes = page.before.size() + text.size() + page.after.size();
    if (bytes <= kMostPageBytes || room < 1024) {
      return std::string(page.before) + text + std::string(page.after);
    }
    room = room / 5 * 4;
  }
}

}  // namespace lw
