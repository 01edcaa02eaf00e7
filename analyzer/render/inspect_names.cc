// SPDX-License-Identifier: Apache-2.0
// Words for the numbers in a snapshot's headers.
#include "analyzer/render/inspect.h"

namespace lw {

const char* section_name(u32 type) {
  switch (static_cast<SectionType>(type)) {
    case SectionType::kProcess:
      return "PROCESS";
    case SectionType::kMappings:
      return "MAPPINGS";
    case SectionType::kStacks:
      return "STACKS";
    case SectionType::kSites:
      return "SITES";
    case SectionType::kLive:
      return "LIVE";
    case SectionType::kThreads:
      return "THREADS";
    case SectionType::kMemory:
      return "MEMORY";
    case SectionType::kDrops:
      return "DROPS";
    case SectionType::kReceipt:
      return "RECEIPT";
    case SectionType::kReleases:
      return "RELEASES";
    case SectionType::kReach:
      return "REACH";
  }
  return "?";
}

const char* reason_name(DumpReason reason) {
  switch (reason) {
    case DumpReason::kPeriod:
      return "period";
    case DumpReason::kSignal:
      return "signal";
    case DumpReason::kExit:
      return "exit";
    case DumpReason::kRequest:
      return "request";
    case DumpReason::kKilled:
      return "killed";
    case DumpReason::kPeek:
      return "peek";
    case DumpReason::kExec:
      return "exec";
    case DumpReason::kAlarm:
      return "alarm";
    case DumpReason::kSealed:
      return "sealed";
    case DumpReason::kNone:
      break;
  }
  return "unknown";
}

const char* reach_name(Reach reach) {
  switch (reach) {
    case Reach::kHeld:
      return "held";
    case Reach::kLost:
      return "lost";
    case Reach::kHeldByLost:
      return "held_by_lost";
    case Reach::kUnknown:
      break;
  }
  return "unknown";
}

const char* where_name(ReachWhere where) {
  switch (where) {
    case ReachWhere::kExit:
      return "exit";
    case ReachWhere::kFork:
      return "fork";
    case ReachWhere::kNone:
      break;
  }
  return "unknown";
}

}  // namespace lw
