// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/listing.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/columns.h"
#include "analyzer/render/values.h"
#include "analyzer/render/view_title.h"

namespace lw {
namespace {

constexpr u32 kLinesAround = 5;

// Tabs count to the next multiple of four; what is not printable is not printed.
std::string printable(const std::string& line) {
  std::string text;
  for (const char c : line) {
    if (c == '\t') {
      text += std::string(4 - text.size() % 4, ' ');
    } else if (static_cast<unsigned char>(c) >= ' ' && c != '\x7f') {
      text += c;
    }
  }
  return text;
}

std::string cut(const std::string& text, size_t width) {
  if (shown_width(text) <= width) return text;
  std::string head = text.substr(0, std::min(text.size(), width - 1));
  while (!head.empty() && shown_width(head) + 1 > width) head.pop_back();
  while (!head.empty() && (static_cast<unsigned char>(head.back()) & 0xc0) == 0x80) head.pop_back();
  if (!head.empty() && static_cast<unsigned char>(head.back()) >= 0xc0) head.pop_back();
  return head + "…";
}

class Page {
 public:
  Page(const StackView& view, const Terminal& terminal) : unit_(view.measure->unit), terminal_(terminal) {}

  std::string of(const Listing& listing) {
    rows_.clear();
    const std::vector<LineValue>& values = listing.function.lines;
    u32 shown_to = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i].line == 0) {
        add_row(values[i], "(line unknown)");
        continue;
      }
      const u32 from = values[i].line > kLinesAround ? values[i].line - kLinesAround : 1;
      if (listing.source) add_plain(*listing.source, std::max(from, shown_to + 1), values[i].line - 1, shown_to);
      add_row(values[i], listing.source ? line_of(*listing.source, values[i].line) : "");
      shown_to = values[i].line;
    }
    if (listing.source) add_after(*listing.source, shown_to);
    return text();
  }

 private:
  struct Row {
    std::string self, total, number, code;
    bool hit;
  };

  static std::string line_of(const std::vector<std::string>& source, u32 line) {
    return line <= source.size() ? source[line - 1] : "(the file ends before this line)";
  }

  void add_row(const LineValue& value, const std::string& code) {
    rows_.push_back({value.self.value == 0 ? "." : estimate_text(unit_, value.self), estimate_text(unit_, value.total),
                     value.line == 0 ? "" : std::to_string(value.line), printable(code), true});
  }

  void add_plain(const std::vector<std::string>& source, u32 from, u32 to, u32 shown_to) {
    if (shown_to != 0 && from > shown_to + 1) rows_.push_back({"", "", "", "⋮", false});
    for (u32 line = from; line <= to && line <= source.size(); ++line) {
      rows_.push_back({".", ".", std::to_string(line), printable(source[line - 1]), false});
    }
  }

  void add_after(const std::vector<std::string>& source, u32 shown_to) {
    if (shown_to != 0) add_plain(source, shown_to + 1, shown_to + kLinesAround, shown_to);
  }

  std::string text() const {
    size_t self = 4, total = 5, number = 0;
    for (const Row& row : rows_) {
      self = std::max(self, shown_width(row.self));
      total = std::max(total, shown_width(row.total));
      number = std::max(number, row.number.size());
    }
    const auto right = [](const std::string& cell, size_t width) {
      return std::string(width - shown_width(cell), ' ') + cell;
    };
    std::string text = "  " + right("self", self) + "  " + right("total", total) + '\n';
    for (const Row& row : rows_) {
      std::string line =
          fmt::format("  {}  {}  {}  ", right(row.self, self), right(row.total, total), right(row.number, number));
      line += cut(row.code, std::max<size_t>(20, terminal_.width - std::min(terminal_.width, shown_width(line))));
      line.erase(line.find_last_not_of(' ') + 1);
      text += (row.hit ? terminal_.ink(Ink::kBold, line) : line) + '\n';
    }
    return text;
  }

  Unit unit_;
  const Terminal& terminal_;
  std::vector<Row> rows_;
};

}  // namespace

std::string listing_text(const StackView& view, const std::vector<Listing>& listings, const Report& report,
                         const Terminal& terminal) {
  std::string text = view_title(view, report, terminal);
  Page page(view, terminal);
  for (const Listing& listing : listings) {
    const ListedFunction& function = listing.function;
    text += '\n' +
            wrapped(fmt::format("{}: {}", function.function, estimate_text(view.measure->unit, function.total)),
                    terminal.width, 2) +
            '\n';
    if (!function.file.empty()) text += function.file + (listing.source ? "" : " (not found here)") + '\n';
    text += page.of(listing);
  }
  return shown_on(terminal, text);
}

std::string listing_json(const StackView& view, const std::vector<Listing>& listings, const Report& report) {
  Json json = json_of_view(view, report);
  json["functions"] = Json::array();
  for (const Listing& listing : listings) {
    Json lines = Json::array();
    for (const LineValue& value : listing.function.lines) {
      Json line{{"line", value.line}, {"self", json_of(value.self)}, {"total", json_of(value.total)}};
      if (listing.source && value.line > 0 && value.line <= listing.source->size()) {
        line["text"] = (*listing.source)[value.line - 1];
      }
      lines.push_back(std::move(line));
    }
    json["functions"].push_back({{"function", listing.function.function},
                                 {"file", listing.function.file},
                                 {"self", json_of(listing.function.self)},
                                 {"total", json_of(listing.function.total)},
                                 {"lines", std::move(lines)}});
  }
  json["warnings"] = report.warnings;
  return json_text(json);
}

}  // namespace lw
