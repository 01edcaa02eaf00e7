// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/ranking.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace lw {

namespace {

// Numbers of the sites with the largest values, largest first.
std::vector<size_t> largest_of(const Process& process, std::span<const Assessment> sites, const Measure& measure,
                               size_t most) {
  std::vector<f64> values;
  for (const Assessment& site : sites) values.push_back(measure.amount(process, site).value);
  std::vector<size_t> order(sites.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] > values[b]; });
  order.resize(std::min(most, order.size()));
  return order;
}

}  // namespace

std::vector<Assessment> ranked(const Process& process, std::vector<Assessment> sites, const Measure& measure,
                               size_t most) {
  std::vector<Assessment> largest;
  for (const size_t number : largest_of(process, sites, measure, most)) largest.push_back(std::move(sites[number]));
  return largest;
}

std::vector<StackNumber> stacks_of_largest(const Process& process, std::span<const Assessment> sites, size_t most) {
  std::vector<StackNumber> stacks;
  for (const Measure& measure : all_measures()) {
    for (const size_t number : largest_of(process, sites, measure, most)) stacks.push_back(sites[number].stack);
  }
  return stacks;
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
