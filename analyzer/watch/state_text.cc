// SPDX-License-Identifier: Apache-2.0
#include "analyzer/watch/state_text.h"

#include <fmt/format.h>

#include "analyzer/base/units.h"

namespace lw {

std::string state_text(const Process& process) {
  const std::string age = duration_text(process.duration_s());
  const DumpReason last = process.newest().reason;
  if (process.ended == Ended::kKilled) return fmt::format("killed after {}: it did not get to its exit", age);
  if (last == DumpReason::kExec) return fmt::format("became another program after {}", age);
  if (last == DumpReason::kSealed) return fmt::format("has forbidden itself to be watched, after {}", age);
  return fmt::format("{} {}", process.ended == Ended::kExit ? "exited after" : "running", age);
}

}  // namespace lw
