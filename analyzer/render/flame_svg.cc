// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/flame.h"
#include "analyzer/render/flame_script.h"
#include "analyzer/render/values.h"
#include "analyzer/render/view_title.h"

namespace lw {
namespace {

constexpr f64 kWidth = 1200, kSide = 10, kRowHeight = 17, kHeader = 56, kFooter = 28, kCharacter = 7.2;

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        if (static_cast<u8>(c) >= ' ') result += c;  // others are not allowed in XML
    }
  }
  return result;
}

// From straw to red. The same on a light and a dark background.
std::string colour(f64 growing, u32 place) {
  const f64 shade = 4.0 * (place * 7 % 5);  // neighbours of one kind differ a little
  return fmt::format("hsl({:.0f},{:.0f}%,{:.0f}%)", 48 - 44 * growing, 62 + 18 * growing,
                     76 - 14 * growing - shade / 2);
}

class Picture {
 public:
  Picture(const StackView& view, const TreeNode& root, bool inverted)
      : view_(view), root_(root), inverted_(inverted), depth_(depth_of(root)) {}

  f64 height() const { return kHeader + kRowHeight * static_cast<f64>(depth_) + kFooter; }

  std::string boxes() {
    add(root_, 0, 1, 0);
    return std::move(text_);
  }

 private:
  static size_t depth_of(const TreeNode& node) {
    size_t deepest = 0;
    for (const TreeNode& child : node.children) deepest = std::max(deepest, depth_of(child));
    return deepest + 1;
  }

  void add(const TreeNode& node, f64 x, f64 share, size_t depth) {
    const std::string name = node.place == kNoPlace ? "all" : view_.places[node.place].name;
    const std::string where = node.place == kNoPlace ? "" : place_line(view_.places[node.place], 400) + "\n";
    const std::string leaks = node.growing > 0 ? fmt::format(", {} of it leaks", share_text(node.growing)) : "";
    const f64 row = static_cast<f64>(inverted_ ? depth : depth_ - 1 - depth);
    const f64 y = kHeader + row * kRowHeight;
    const f64 at = kSide + x * (kWidth - 2 * kSide), wide = share * (kWidth - 2 * kSide);
    const size_t room = wide > 6 ? static_cast<size_t>((wide - 6) / kCharacter) : 0;
    text_ += fmt::format(
        "<g class=\"box\" data-x=\"{:.9f}\" data-w=\"{:.9f}\" data-name=\"{}\"><title>{}{} ({}){}</title>"
        "<rect x=\"{:.2f}\" y=\"{:.0f}\" width=\"{:.2f}\" height=\"{:.0f}\" rx=\"2\" fill=\"{}\"/>"
        "<text x=\"{:.2f}\" y=\"{:.0f}\">{}</text></g>\n",
        x, share, escaped(name), escaped(where), estimate_text(view_.measure->unit, node.total), share_text(share),
        leaks, at, y, std::max(0.5, wide - 0.5), kRowHeight - 1, colour(node.growing, node.place), at + 3, y + 12,
        room < 3 ? "" : escaped(shortened(name, room)));
    f64 child_x = x;
    for (const TreeNode& child : node.children) {
      if (child.total.value <= 0) continue;
      const f64 child_share = share * std::min(1.0, child.total.value / node.total.value);
      add(child, child_x, child_share, depth + 1);
      child_x += child_share;
    }
  }

  const StackView& view_;
  const TreeNode& root_;
  bool inverted_;
  size_t depth_;
  std::string text_;
};

constexpr const char kStyle[] =
    "text{font:12px monospace;fill:#1a1a1a}.box{cursor:pointer}.box:hover rect{stroke:#1a1a1a;stroke-width:1}"
    ".above rect{opacity:.5}.hit rect{fill:#b455d6}.button{cursor:pointer;text-decoration:underline}"
    ".title{font:bold 14px sans-serif}.paper{fill:#fcfcfa}";

}  // namespace

std::string flame_svg(const StackView& view, const TreeNode& root, const Report& report, bool inverted) {
  Picture picture(view, root, inverted);
  const std::string title = fmt::format("{}, by {}: {}", processes_text(report), view.measure->meaning,
                                        estimate_text(view.measure->unit, root.total));
  return fmt::format(
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
             "height=\"{1:.0f}\" data-width=\"{0:.0f}\">\n<title>{2}</title>\n<style>{3}</style>\n"
             "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n"
             "<text class=\"title\" x=\"{4:.0f}\" y=\"22\">{2}</text>\n"
             "<text id=\"search\" class=\"button\" x=\"{4:.0f}\" y=\"43\">search (/)</text>\n"
             "<text id=\"reset\" class=\"button\" x=\"110\" y=\"43\" style=\"display:none\">whole (Esc)</text>\n"
             "<text id=\"found\" x=\"220\" y=\"43\"></text>\n<text x=\"{5:.0f}\" y=\"43\" text-anchor=\"end\">"
             "the redder, the more of it leaks</text>\n<text id=\"status\" x=\"{4:.0f}\" y=\"{6:.0f}\"></text>\n",
             kWidth, picture.height(), escaped(title), kStyle, kSide, kWidth - kSide, picture.height() - 9) +
         picture.boxes() + "<script><![CDATA[" + kFlameScript + "]]></script>\n</svg>\n";
}

}  // namespace lw
