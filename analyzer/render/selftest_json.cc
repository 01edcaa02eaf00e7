// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/render/json.h"
#include "analyzer/render/selftest.h"

namespace lw {
namespace {

const char* word_of(Place place) {
  return place == Place::kInside ? "inside" : place == Place::kNearby ? "nearby" : "outside";
}

}  // namespace

std::string selftest_json(const std::vector<SelftestResult>& results) {
  const bool passed = !results.empty() && std::all_of(results.begin(), results.end(),
                                                      [](const SelftestResult& result) { return result.passed(); });
  Json json{{"leakwatch", LW_VERSION}, {"schema", 1}, {"passed", passed}, {"processes", Json::array()}};
  for (const SelftestResult& result : results) {
    const Assessment& estimated = result.estimated;
    json["processes"].push_back({{"pid", result.process->pid},
                                 {"command", result.process->command},
                                 {"interval_bytes", result.process->newest().interval},
                                 {"passed", result.passed()},
                                 {"samples", estimated.samples},
                                 {"true_bytes", result.truth.bytes},
                                 {"live_bytes", json_of(estimated.live_bytes)},
                                 {"bytes_lie", word_of(result.bytes)},
                                 {"true_blocks", result.truth.blocks},
                                 {"live_count", json_of(estimated.live_count)},
                                 {"blocks_lie", word_of(result.blocks)},
                                 {"leaky_s", json_number(result.leaky_s())},
                                 {"verdict", words_of(estimated.verdict).word},
                                 {"confidence", json_number(estimated.confidence)},
                                 {"growth_bytes_per_s", json_of(estimated.bytes_per_s)}});
  }
  return json_text(json);
}

}  // namespace lw
