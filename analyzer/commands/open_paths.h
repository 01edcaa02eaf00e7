// SPDX-License-Identifier: Apache-2.0
// What a person names on the command line → an observation: snapshot files, live files, folders of both, PIDs.
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/profile.h"

namespace lw {

struct Opened {
  Observation observation;
  std::vector<std::string> complaints;  // one sentence per thing that could not be read; not empty = exit status 3
};

Opened open_paths(const std::vector<std::string>& paths);

}  // namespace lw
