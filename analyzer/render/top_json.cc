// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/json.h"
#include "analyzer/render/top.h"

namespace lw {

std::string top_json(const std::vector<TopOfProcess>& tops, const Measure& measure, const Names& names,
                     const std::vector<std::string>& warnings) {
  Json json{{"leakwatch", LW_VERSION},
            {"schema", 1},
            {"by", measure.word},
            {"processes", Json::array()},
            {"warnings", warnings}};
  for (const TopOfProcess& top : tops) {
    Json process = json_of_process(*top.report);
    process["sites"] = Json::array();
    for (const Assessment& assessment : top.sites) {
      Json site = json_of(*top.report->process, assessment, names);
      site["allocated_bytes"] = json_number(assessment.allocated.bytes);
      site["allocated_count"] = json_number(assessment.allocated.count);
      site["freed_bytes"] = json_number(assessment.freed.bytes);
      site["freed_count"] = json_number(assessment.freed.count);
      site["lifetime_97_s"] = json_number(assessment.died_by_s);
      process["sites"].push_back(std::move(site));
    }
    json["processes"].push_back(std::move(process));
  }
  return json_text(json);
}

}  // namespace lw
