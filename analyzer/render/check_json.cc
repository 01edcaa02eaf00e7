// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/check.h"
#include "analyzer/render/json.h"

namespace lw {

std::string check_json(const std::vector<CheckedProcess>& checked, const Names& names,
                       const std::vector<std::string>& warnings) {
  Json json{{"leakwatch", LW_VERSION}, {"schema", 1}, {"processes", Json::array()}, {"warnings", warnings}};
  for (const CheckedProcess& entry : checked) {
    Json process = json_of_process(*entry.report);
    process["passed"] = entry.violations.none();
    process["too_much_alive"] = entry.violations.too_much_alive;
    process["suppressed"] = entry.violations.suppressed;
    process["findings"] = Json::array();
    for (const Assessment* finding : entry.violations.findings) {
      process["findings"].push_back(json_of(*entry.report->process, *finding, names));
    }
    json["processes"].push_back(std::move(process));
  }
  return json_text(json);
}

}  // namespace lw
