// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/render/export.h"
#include "analyzer/render/json.h"

namespace lw {
namespace {

const char* reason_word(DumpReason reason) {
  constexpr const char* kWords[] = {"unknown", "period", "signal", "exit",  "request",
                                    "killed",  "peek",   "exec",   "alarm", "sealed"};
  const auto number = static_cast<size_t>(reason);
  return number < std::size(kWords) ? kWords[number] : kWords[0];
}

// Events of one process; times in microseconds since the first process began.
class ProcessEvents {
 public:
  ProcessEvents(const Process& process, u64 epoch_unix_ns, Json& events)
      : process_(process), begin_us_(static_cast<f64>(process.start_unix_ns - epoch_unix_ns) / 1000), events_(events) {}

  void add_all() {
    events_.push_back(
        {{"ph", "M"}, {"name", "process_name"}, {"pid", process_.pid}, {"args", {{"name", process_.name}}}});
    for (const MemoryPoint& point : process_.memory) add_point(point);
    for (const Profile& profile : process_.profiles) {
      events_.push_back({{"ph", "i"},
                         {"name", std::string("snapshot: ") + reason_word(profile.reason)},
                         {"ts", at(profile.taken_s)},
                         {"pid", process_.pid},
                         {"tid", process_.pid},
                         {"s", "p"},
                         {"args", {{"sequence", profile.sequence}, {"interval_bytes", profile.interval}}}});
    }
    for (const Thread& thread : process_.threads) add_thread(thread);
  }

 private:
  f64 at(f64 s) const { return begin_us_ + s * 1e6; }

  void add_counter(const char* name, f64 s, Json values) {
    events_.push_back({{"ph", "C"}, {"name", name}, {"ts", at(s)}, {"pid", process_.pid}, {"args", std::move(values)}});
  }

  void add_point(const MemoryPoint& point) {
    const f64 s = static_cast<f64>(point.time_ns) * 1e-9;
    add_counter("RSS", s, {{"bytes", point.rss_bytes}});
    add_counter("alive in malloc", s, {{"bytes", json_number(point.live_bytes)}});
    if (point.allocator_resident > 0) {
      add_counter("allocator", s, {{"in_use", point.allocator_in_use}, {"free", point.allocator_free}});
    }
    if (point.cgroup_bytes > 0) add_counter("cgroup", s, {{"bytes", point.cgroup_bytes}});
    add_counter("allocations", s, {{"calls", point.allocations}});
    add_counter("frees", s, {{"calls", point.frees}});
    if (point.threads > 0) add_counter("threads", s, {{"running", point.threads}});
  }

  void add_thread(const Thread& thread) {
    if (thread.tid == 0) return;
    const f64 end_s = thread.end_s.value_or(process_.duration_s());
    events_.push_back({{"ph", "M"},
                       {"name", "thread_name"},
                       {"pid", process_.pid},
                       {"tid", thread.tid},
                       {"args", {{"name", thread.name}}}});
    events_.push_back({{"ph", "X"},
                       {"name", "thread"},
                       {"ts", at(thread.start_s)},
                       {"dur", std::max(0.0, end_s - thread.start_s) * 1e6},
                       {"pid", process_.pid},
                       {"tid", thread.tid},
                       {"args", {{"allocations", thread.allocations}, {"allocated_bytes", thread.allocated_bytes}}}});
  }

  const Process& process_;
  f64 begin_us_;
  Json& events_;
};

}  // namespace

std::string perfetto_export(const ExportContent& content) {
  u64 epoch_unix_ns = ~u64{0};
  for (const ProcessReport& process : content.report.processes) {
    epoch_unix_ns = std::min(epoch_unix_ns, process.process->start_unix_ns);
  }
  Json events = Json::array();
  for (const ProcessReport& process : content.report.processes) {
    ProcessEvents(*process.process, epoch_unix_ns, events).add_all();
  }
  const Json json{
      {"traceEvents", std::move(events)}, {"displayTimeUnit", "ms"}, {"otherData", {{"leakwatch", LW_VERSION}}}};
  return json_text(json);
}

}  // namespace lw
