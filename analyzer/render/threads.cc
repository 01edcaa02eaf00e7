// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/threads.h"

#include <fmt/format.h>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/values.h"

namespace lw {
namespace {

std::string name_text(const ThreadGroup& group) {
  const std::string name = group.name.empty() ? "(no name)" : group.name;
  if (group.threads == 1) return fmt::format("{} ({})", name, group.first_tid);
  return group.threads == 0 ? name : fmt::format("{} ×{}", name, group.threads);
}

std::string running_text(const ThreadGroup& group) {
  if (group.threads == 0) return "";
  return group.running == 0 ? "ended" : fmt::format("{} run", count_text(static_cast<f64>(group.running)));
}

std::string count_of(u64 count) { return count_text(static_cast<f64>(count)); }

}  // namespace

std::string threads_text(const std::vector<ThreadsOfProcess>& all, const Terminal& terminal) {
  using Side = Table::Side;
  std::string text;
  for (const ThreadsOfProcess& process : all) {
    if (!text.empty()) text += '\n';
    text += terminal.ink(Ink::kBold, process_text(*process.report->process) + ", by thread") + '\n';
    Table table({Side::kRight, Side::kRight, Side::kRight, Side::kRight, Side::kLeft, Side::kLeft});
    table.add({"alive", "allocated", "calls", "frees", "", "thread"});
    for (const ThreadGroup& group : process.groups) {
      table.add({estimate_text(Unit::kBytes, group.live_bytes), bytes_text(static_cast<f64>(group.allocated_bytes)),
                 count_of(group.allocations), count_of(group.frees), running_text(group), name_text(group)});
    }
    text += process.groups.empty() ? "  No thread was recorded.\n" : table.text(terminal.width, 2);
  }
  return shown_on(terminal, text);
}

Json json_of(const ThreadGroup& group) {
  return {{"name", group.name},
          {"threads", group.threads},
          {"running", group.running},
          {"first_tid", group.first_tid},
          {"allocations", group.allocations},
          {"frees", group.frees},
          {"allocated_bytes", group.allocated_bytes},
          {"live_bytes", json_of(group.live_bytes)},
          {"live_count", json_of(group.live_count)}};
}

std::string threads_json(const std::vector<ThreadsOfProcess>& all, const std::vector<std::string>& warnings) {
  Json json{{"leakwatch", LW_VERSION}, {"schema", 1}, {"processes", Json::array()}, {"warnings", warnings}};
  for (const ThreadsOfProcess& one : all) {
    Json process = json_of_process(*one.report);
    process["threads"] = Json::array();
    for (const ThreadGroup& group : one.groups) process["threads"].push_back(json_of(group));
    json["processes"].push_back(std::move(process));
  }
  return json_text(json);
}

}  // namespace lw
