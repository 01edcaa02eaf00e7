// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/ranking.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace lw {

std::vector<Assessment> ranked(const Process& process, std::vector<Assessment> sites, const Measure& measure,
                               size_t most) {
  std::vector<f64> values;
  for (const Assessment& site : sites) values.push_back(measure.amount(process, site).value);
  std::vector<size_t> order(sites.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] > values[b]; });
  order.resize(std::min(most, order.size()));

  std::vector<Assessment> largest;
  for (const size_t number : order) largest.push_back(std::move(sites[number]));
  return largest;
}

std::vector<Assessment> merged_by_place(const Observation& observation, const std::vector<Assessment>& sites,
                                        const Names& names) {
  std::map<std::string, Member> members;
  for (const Assessment& site : sites) {
    auto& [process, series] = members[names.place(site.stack)];
    process = site.process;
    series.insert(series.end(), site.series.begin(), site.series.end());
  }
  std::vector<Member> subjects;
  for (auto& [place, subject] : members) subjects.push_back(std::move(subject));
  return assess(observation, subjects);
}

}  // namespace lw
