// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/histograms.h"

namespace lw {
namespace {

Json json_with(const Report& report, const char* key, Json bins) {
  Json processes = Json::array();
  for (const ProcessReport& process : report.processes) processes.push_back(json_of_process(process));
  return {{"leakwatch", LW_VERSION},
          {"schema", 1},
          {"processes", std::move(processes)},
          {key, std::move(bins)},
          {"warnings", report.warnings}};
}

}  // namespace

Json json_of(const SizeBin& bin) {
  return {{"from_bytes", bin.from},
          {"live_bytes", json_of(bin.bytes)},
          {"live_count", json_of(bin.count)},
          {"samples", bin.samples}};
}

std::string sizes_json(const std::vector<SizeBin>& bins, const Report& report) {
  Json list = Json::array();
  for (const SizeBin& bin : bins) list.push_back(json_of(bin));
  return json_text(json_with(report, "sizes", std::move(list)));
}

std::string lifetimes_json(const std::vector<LifetimeBin>& bins, const Report& report) {
  Json list = Json::array();
  for (const LifetimeBin& bin : bins) {
    list.push_back({{"from_s", json_number(bin.from_s)},
                    {"freed", json_of(bin.freed)},
                    {"alive", json_of(bin.alive)},
                    {"reached_by_share", json_number(bin.outlive)}});
  }
  return json_text(json_with(report, "lifetimes", std::move(list)));
}

}  // namespace lw
