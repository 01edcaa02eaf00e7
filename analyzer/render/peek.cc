// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/peek.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/values.h"
#include "analyzer/render/view_title.h"

namespace lw {
namespace {

constexpr size_t kMostNeighbours = 12;

class Lines {
 public:
  Lines(const StackView& view, const Terminal& terminal) : view_(view), terminal_(terminal) {}

  // `of`: what the share is of; callers and callees are shares of the function in the middle.
  void add(const Estimate& value, const Estimate& of, const std::string& label, const Place* place, Ink ink) {
    const bool has_share = view_.measure->adds_up && !view_.measure->may_be_below && of.value > 0;
    rows_.push_back({estimate_text(view_.measure->unit, value), has_share ? share_text(value.value / of.value) : "",
                     label, place, ink});
  }

  void add_all(const std::vector<Neighbour>& neighbours, const Estimate& of, const char* label) {
    for (size_t i = 0; i < std::min(neighbours.size(), kMostNeighbours); ++i) {
      add(neighbours[i].value, of, label, &view_.places[neighbours[i].place], Ink::kPlain);
    }
    if (neighbours.size() <= kMostNeighbours) return;
    rows_.push_back(
        {"", "", label + fmt::format("… {} smaller", neighbours.size() - kMostNeighbours), nullptr, Ink::kDim});
  }

  std::string text() const {
    size_t values = 0, shares = 0;
    for (const Row& row : rows_) {
      values = std::max(values, shown_width(row.value));
      shares = std::max(shares, shown_width(row.share));
    }
    std::string text;
    for (const Row& row : rows_) {
      std::string line(2 + values - shown_width(row.value), ' ');
      line += row.value;
      if (shares > 0) line += std::string(2 + shares - shown_width(row.share), ' ') + row.share;
      line += "  " + row.label;
      const size_t room = std::max<size_t>(12, terminal_.width - std::min(terminal_.width, shown_width(line)));
      if (row.place != nullptr) line += terminal_.ink(row.ink, place_line(*row.place, room));
      text += line + '\n';
    }
    return text;
  }

 private:
  struct Row {
    std::string value, share, label;
    const Place* place;
    Ink ink;
  };
  const StackView& view_;
  const Terminal& terminal_;
  std::vector<Row> rows_;
};

Json json_of(const StackView& view, const std::vector<Neighbour>& neighbours) {
  Json list = Json::array();
  for (const Neighbour& neighbour : neighbours) {
    Json one = json_of(view.places[neighbour.place]);
    one["value"] = json_of(neighbour.value);
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace

std::string peek_text(const StackView& view, const std::vector<Neighbourhood>& found, const Report& report,
                      const Terminal& terminal) {
  std::string text = view_title(view, report, terminal);
  for (const Neighbourhood& here : found) {
    Lines lines(view, terminal);
    lines.add_all(here.callers, here.total, "  from  ");
    lines.add(here.total, view.estimate(view.all), "▸ ", &view.places[here.place], Ink::kBold);
    lines.add_all(here.callees, here.total, "  calls ");
    if (here.self.value != 0) lines.add(here.self, here.total, "  allocates itself", nullptr, Ink::kPlain);
    text += '\n' + lines.text();
  }
  return shown_on(terminal, text);
}

std::string peek_json(const StackView& view, const std::vector<Neighbourhood>& found, const Report& report) {
  Json json = json_of_view(view, report);
  json["functions"] = Json::array();
  for (const Neighbourhood& here : found) {
    Json one = json_of(view.places[here.place]);
    one["total"] = json_of(here.total);
    one["self"] = json_of(here.self);
    one["callers"] = json_of(view, here.callers);
    one["callees"] = json_of(view, here.callees);
    json["functions"].push_back(std::move(one));
  }
  json["warnings"] = report.warnings;
  return json_text(json);
}

}  // namespace lw
