// SPDX-License-Identifier: Apache-2.0
// The stacks on the page, each followed through the snapshots: what flame graphs, differences and the table of sites
// are drawn from. As many as there is room for, the weightiest first; the others are added up.
//
// Names are kept once: a frame is a number in "lines", a line is a function's number and a line in its file.
#pragma once

#include <unordered_map>
#include <vector>

#include "analyzer/render/html_report.h"
#include "analyzer/render/json.h"

namespace lw {

class PageStacks {
 public:
  // Of these processes, at so many moments each; all in so many bytes.
  PageStacks(const HtmlContent& content, const std::vector<const ProcessReport*>& processes, size_t most_moments,
             size_t most_bytes);

  Json functions() { return std::move(functions_); }  // [name, file, object]
  Json lines() { return std::move(lines_); }          // [function, line]
  // "moments", "judged", "stacks", "rest" of the process with that number in `processes`.
  void add_to(Json& json, size_t number);

 private:
  struct Followed {
    const ProcessReport* report;
    std::vector<u32> moments;                  // numbers of profiles
    std::vector<const ViewStack*> candidates;  // weightiest first
    std::unordered_map<u32, size_t> finding_of_series;
    std::vector<u32> shown;  // series
    Json stacks = Json::array();
  };

  static Followed followed(const HtmlContent& content, const ProcessReport& report, size_t most_moments);
  void fill(size_t most_bytes);
  Json json_of(const Followed& process, const ViewStack& stack);
  u32 line_of(u32 place);
  static Json rest_of(const Followed& process);

  const StackView& view_;
  std::vector<Followed> processes_;
  Json functions_ = Json::array(), lines_ = Json::array();
  std::unordered_map<std::string, u32> function_numbers_;
  std::unordered_map<u32, u32> line_numbers_;  // by place
  size_t bytes_ = 0;                           // of the two tables and all stacks, as text
};

}  // namespace lw
