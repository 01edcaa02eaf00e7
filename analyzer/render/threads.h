// SPDX-License-Identifier: Apache-2.0
// Which threads allocate, and hold what.
#pragma once

#include <string>
#include <vector>

#include "analyzer/base/terminal.h"
#include "analyzer/model/report.h"
#include "analyzer/model/threads.h"
#include "analyzer/render/json.h"

namespace lw {

struct ThreadsOfProcess {
  const ProcessReport* report;
  std::vector<ThreadGroup> groups;  // in order
};

std::string threads_text(const std::vector<ThreadsOfProcess>& all, const Terminal& terminal);
Json json_of(const ThreadGroup& group);
std::string threads_json(const std::vector<ThreadsOfProcess>& all, const std::vector<std::string>& warnings);

}  // namespace lw
