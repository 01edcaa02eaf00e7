// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/json.h"
#include "analyzer/render/memory.h"

namespace lw {

std::string memory_json(const Report& report) {
  Json json{{"leakwatch", LW_VERSION}, {"schema", 1}, {"processes", Json::array()}, {"warnings", report.warnings}};
  for (const ProcessReport& entry : report.processes) {
    Json process = json_of_process(entry);
    process["memory"] = Json::array();
    for (const MemoryPoint& point : entry.process->memory) {
      process["memory"].push_back({{"t_s", json_number(static_cast<f64>(point.time_ns) * 1e-9)},
                                   {"rss_bytes", point.rss_bytes},
                                   {"live_bytes", json_number(point.live_bytes)},
                                   {"live_bytes_variance", json_number(point.live_bytes_variance)},
                                   {"live_count", json_number(point.live_count)},
                                   {"allocations", point.allocations},
                                   {"frees", point.frees},
                                   {"allocated_bytes", point.allocated_bytes},
                                   {"allocator_in_use", point.allocator_in_use},
                                   {"allocator_resident", point.allocator_resident},
                                   {"allocator_free", point.allocator_free},
                                   {"page_faults", point.page_faults},
                                   {"cgroup_bytes", point.cgroup_bytes},
                                   {"cgroup_limit", point.cgroup_limit},
                                   {"threads", point.threads},
                                   {"interval_bytes", point.interval}});
    }
    json["processes"].push_back(std::move(process));
  }
  return json_text(json);
}

}  // namespace lw
