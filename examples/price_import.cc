// SPDX-License-Identifier: Apache-2.0
// Residue: a shop's price service that imports a catalogue once and answers lookups from then on.
//
// The import gathers prices in a hash table, keyed by article, because suppliers' files correct one another. The result
// goes into a sorted array of what is on sale, and the table is cleared: its entries go, its buckets stay for good.
// With
// --shrink it is given back.
#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "service/workday.h"

constexpr uint64_t kArticles = 1200000;
constexpr uint32_t kLinesPerRound = 40000;
constexpr uint32_t kOnSaleEvery = 200;

struct Price {
  uint32_t cents, supplier;
};

class PriceImport {
 public:
  void add_line(uint32_t article, Price price) { table_.insert_or_assign(article, price); }

  std::vector<std::pair<uint32_t, Price>> finish(bool shrink) {
    std::vector<std::pair<uint32_t, Price>> on_sale;
    for (const auto& [article, price] : table_) {
      if (article % kOnSaleEvery == 0) on_sale.emplace_back(article, price);
    }
    std::sort(on_sale.begin(), on_sale.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    table_.clear();
    if (shrink) table_.rehash(0);
    return on_sale;
  }

 private:
  std::unordered_map<uint32_t, Price> table_;
};

// What a customer gets to see.
std::string price_list(const std::vector<std::pair<uint32_t, Price>>& on_sale) {
  std::string page;
  for (const auto& [article, price] : on_sale) {
    page += "article " + std::to_string(article) + ": " + std::to_string(price.cents) + " cents\n";
  }
  return page;
}

int main(int argc, char** argv) {
  const Workday day = workday_from(argc, argv, "--shrink");
  PriceImport import;
  std::vector<std::pair<uint32_t, Price>> on_sale;
  uint64_t imported = 0;
  uint64_t turnover_cents = 0, bytes_sent = 0;
  work_through(day, std::chrono::milliseconds(100), [&](size_t, double) {
    for (uint32_t i = 0; i < kLinesPerRound && imported < kArticles; ++i, ++imported) {
      const auto article = static_cast<uint32_t>(imported * 7919 % kArticles);
      import.add_line(article, {article % 10000, article % 40});
    }
    if (imported == kArticles && on_sale.empty()) on_sale = import.finish(day.behaves_well);
    for (const auto& [article, price] : on_sale) turnover_cents += article % 3 == 0 ? price.cents : 0;
    bytes_sent += price_list(on_sale).size();
  });
  printf("%zu articles on sale, sold for %llu cents, %llu bytes sent\n", on_sale.size(),
         static_cast<unsigned long long>(turnover_cents), static_cast<unsigned long long>(bytes_sent));
}
