// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/course.h"
#include "analyzer/render/ledger_json.h"
#include "analyzer/render/trend.h"

namespace lw {

std::string trend_json(const std::vector<TrendOfProcess>& trends, const Names& names,
                       const std::vector<std::string>& warnings) {
  Json json{{"leakwatch", LW_VERSION}, {"schema", 1}, {"processes", Json::array()}, {"warnings", warnings}};
  for (const TrendOfProcess& trend : trends) {
    Json process = json_of_process(*trend.report);
    process["ahead_s"] = json_number(trend.ahead_s);
    process["forecast"] = json_of_forecast(*trend.report, names);
    process["sites"] = Json::array();
    for (const TrendRow& row : trend.rows) {
      Json site = json_of(*trend.report->process, row.site, names);
      site["course"] = json_of(row.course);
      site["ahead_bytes"] = json_of(row.ahead);
      process["sites"].push_back(std::move(site));
    }
    json["processes"].push_back(std::move(process));
  }
  return json_text(json);
}

}  // namespace lw
