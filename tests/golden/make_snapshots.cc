// SPDX-License-Identifier: Apache-2.0
// make_snapshots FOLDER: writes the snapshots that the golden tests look at. The services never ran; what they do, and
// which of it leaks, stands below. Same random numbers on every run, so the same bytes. The stacks point at
// server_code.cc, which is linked into this program.
#include <sys/stat.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <stdexcept>

#include "tests/golden/server_code.h"
#include "tests/golden/to_file.h"
#include "tests/unit/analyzer/simulated_service.h"
#include "tests/unit/snapshot/own_code.h"

namespace lw::golden {
namespace {

constexpr u64 kInterval = 64 << 10;
constexpr u64 kBase = 0x10000000;  // where the services have this program loaded
constexpr f64 kMinute_s = 60;

template <typename Function>
u64 address_of(Function function) {
  u64 address;
  static_assert(sizeof function >= sizeof address);
  __builtin_memcpy(&address, &function, sizeof address);
  return address;
}

// Innermost first.
using Frames = std::vector<u64>;

class Service {
 public:
  Service(u64 seed, u64 interval, u64 pid, std::string name)
      : simulated(seed, interval), pid_(pid), name_(std::move(name)) {}

  u32 site(Frames functions) {
    stacks_.push_back(std::move(functions));
    return simulated.add_site();
  }

  Snapshot at(f64 now_s, DumpReason reason) {
    Snapshot shot = simulated.snapshot(now_s, reason);
    const test::OwnCode code = test::own_code();
    shot.process.pid = pid_;
    shot.process.name = name_;
    shot.process.host = "golden";
    shot.process.executable = test::own_path();
    shot.process.command = {"./" + name_, "--port", "80"};
    shot.mappings = {{kBase, kBase + (code.end - code.start), code.file_offset, 0, 0, "", shot.process.executable}};
    for (size_t i = 0; i < stacks_.size(); ++i) {
      shot.stacks[i].frames.clear();
      for (const u64 function : stacks_[i]) shot.stacks[i].frames.push_back(kBase + (function - code.start) + 1);
    }
    log_memory(shot, now_s);
    shot.receipt.samples = 60 * static_cast<u64>(now_s);
    shot.receipt.slow_ns = 120000 * static_cast<u64>(now_s);
    shot.receipt.own_bytes = 2 << 20;
    if (adorn) adorn(shot, now_s);
    return shot;
  }

  // `count` snapshots at even distances, the last one for `last`.
  void write(const std::string& folder, f64 run_s, int count, DumpReason last = DumpReason::kPeriod) {
    mkdir(folder.c_str(), 0755);
    for (int i = 1; i <= count; ++i) {
      const Snapshot shot = at(run_s * i / count, i == count ? last : DumpReason::kPeriod);
      write_snapshot(shot,
                     folder + "/leakwatch." + name_ + "." + std::to_string(pid_) + "." + std::to_string(i) + ".lws");
    }
  }

  SimulatedService simulated;
  std::function<void(Snapshot&, f64 now_s)> adorn;  // what a service has beside its allocations

 private:
  void log_memory(Snapshot& shot, f64 now_s) const {
    f64 live = 0;
    for (const SnapshotSite& site : shot.sites) live += site.allocations.bytes - site.frees.bytes;
    for (int i = 1; i <= 20; ++i) {
      MemoryPoint point{};
      point.time_ns = static_cast<u64>(now_s * i / 20 * 1e9);
      point.live_bytes = live * i / 20;
      point.rss_bytes = (30 << 20) + static_cast<u64>(point.live_bytes * 1.1);
      point.allocations = 1000 * static_cast<u64>(i);
      point.frees = 900 * static_cast<u64>(i);
      shot.memory.push_back(point);
    }
  }

  u64 pid_;
  std::string name_;
  std::vector<Frames> stacks_;
};

const Frames kCachePut = {address_of(xmalloc), address_of(&Cache::put), address_of(handle_request),
                          address_of(serve_forever)};
const Frames kErrorReply = {address_of(reply_with_error), address_of(handle_request), address_of(serve_forever)};
const Frames kRequest = {address_of(xmalloc), address_of(handle_request), address_of(serve_forever)};
const Frames kTables = {address_of(load_tables), address_of(serve_forever)};
const Frames kEviction = {address_of(evict_oldest), address_of(handle_request), address_of(serve_forever)};

// What any healthy server does: garbage of requests, a table at the start, a cache at its capacity.
void live_well(Service& service, f64 run_s) {
  SimulatedService& s = service.simulated;
  const u32 request = service.site(kRequest), tables = service.site(kTables), cache = service.site(kEviction);
  s.arrivals(0, run_s, 300, [&](f64 at_s) { s.allocate(request, at_s, 3000, at_s + s.exponential(0.2)); });
  for (int i = 0; i < 4000; ++i) s.allocate(tables, 2 * s.uniform(), 1024);
  s.arrivals(0, run_s, 50, [&](f64 at_s) { s.allocate(cache, at_s, 2048, at_s + 90); });
}

void leak_in_cache(Service& service, f64 run_s) {
  SimulatedService& s = service.simulated;
  const u32 cache = service.site(kCachePut);
  s.arrivals(0, run_s, 25, [&](f64 at_s) { s.allocate(cache, at_s, 2048); });
}

// An unbounded cache, and an error path that forgets one buffer in five hundred.
void write_leaky(const std::string& folder) {
  constexpr f64 kRun_s = 12 * kMinute_s;
  Service service(1, kInterval, 4711, "server");
  live_well(service, kRun_s);
  leak_in_cache(service, kRun_s);
  SimulatedService& s = service.simulated;
  const u32 error = service.site(kErrorReply);
  s.arrivals(0, kRun_s, 500, [&](f64 at_s) {
    s.allocate(error, at_s, 4096, s.uniform() < 0.002 ? kNever : at_s + s.exponential(0.05));
  });
  service.write(folder, kRun_s, 12);
}

void write_healthy(const std::string& folder) {
  Service service(2, kInterval, 4712, "server");
  live_well(service, 12 * kMinute_s);
  service.write(folder, 12 * kMinute_s, 12);
}

// The same kind of server for ten minutes, killed, of which only a live file is left.
void write_killed(const std::string& folder) {
  mkdir(folder.c_str(), 0755);
  Service service(3, kInterval, 4713, "server");
  live_well(service, 10 * kMinute_s);
  leak_in_cache(service, 10 * kMinute_s);
  write_live_file(service.at(10 * kMinute_s, DumpReason::kKilled), folder + "/leakwatch.server.4713.live");
}

void write_young(const std::string& folder) {
  Service service(4, kInterval, 4714, "server");
  live_well(service, 3);
  leak_in_cache(service, 3);
  service.write(folder, 3, 2);
}

// Every allocation recorded, a normal end, something left, something freed the wrong way.
void write_exact(const std::string& folder) {
  Service service(5, 1, 4715, "tool");
  SimulatedService& s = service.simulated;
  const u32 tables = service.site(kTables), request = service.site(kRequest);
  for (int i = 0; i < 12; ++i) s.allocate(tables, 0.1, 100);
  for (int i = 0; i < 300; ++i) s.allocate(request, 0.2 + 0.1 * i, 64, 0.25 + 0.1 * i);
  mkdir(folder.c_str(), 0755);
  Snapshot shot = service.at(40, DumpReason::kExit);
  shot.process.flags = kProcessExact;
  shot.sites[request].mismatches = 3;
  shot.sites[request].mismatch_kinds = static_cast<u32>(AllocKind::kNewArray) * 256 + static_cast<u32>(AllocKind::kNew);
  write_snapshot(shot, folder + "/leakwatch.tool.4715.0.lws");
}

// Suspicion, not yet evidence; and some drops.
void write_undecided(const std::string& folder) {
  Service service(6, kInterval, 4716, "server");
  SimulatedService& s = service.simulated;
  const u32 cache = service.site(kCachePut);
  s.arrivals(0, 5 * kMinute_s, 0.8, [&](f64 at_s) { s.allocate(cache, at_s, 2048); });
  mkdir(folder.c_str(), 0755);
  Snapshot shot = service.at(5 * kMinute_s, DumpReason::kSignal);
  shot.drops.push_back({"live_table_full", 40, 40000.0});
  write_snapshot(shot, folder + "/leakwatch.server.4716.0.lws");
}

// In a control group: an error path that sometimes forgets what others free, a thread for every tenth second that never
// ends, and an allocator that keeps what a peak at the start needed.
void write_crowded(const std::string& folder) {
  constexpr f64 kRun_s = 12 * kMinute_s;
  constexpr u64 kMiB = 1 << 20;
  Service service(8, kInterval, 4717, "server");
  live_well(service, kRun_s);
  SimulatedService& s = service.simulated;
  const u32 error = service.site(kErrorReply), eviction = service.site(kEviction), maker = service.site(kRequest);
  s.arrivals(0, kRun_s, 100, [&](f64 at_s) {
    s.allocate(error, at_s, 4096, s.uniform() < 0.02 ? kNever : at_s + s.exponential(0.05));
  });
  service.adorn = [=](Snapshot& shot, f64 now_s) {
    shot.process.memory_total = 16384 * kMiB;
    shot.releases.push_back({error, eviction, 0, 940, 940, 940 * 4096});
    shot.releases.push_back({error, maker, 0, 60, 60, 60 * 4096});
    shot.threads.push_back({.tid = 4717, .name = "main"});
    for (u64 at_s = 10; at_s < static_cast<u64>(now_s); at_s += 10) {
      SnapshotThread thread{.tid = 5000 + at_s, .start_ns = at_s * 1'000'000'000, .name = "worker"};
      thread.made_by = maker;
      thread.stack_bytes = 8 * kMiB;
      shot.threads.push_back(thread);
    }
    for (size_t i = 0; i < shot.memory.size(); ++i) {
      MemoryPoint& point = shot.memory[i];
      const u64 live = static_cast<u64>(point.live_bytes);
      const bool peak = point.time_ns < 60ULL * 1'000'000'000;
      point.threads = 1 + point.time_ns / 10'000'000'000;
      point.stack_bytes = point.threads * 64 * 1024;
      point.allocator_in_use = (peak ? 100 * kMiB : 0) + live * 17 / 16;
      point.allocator_resident = 100 * kMiB + live * 17 / 16;
      point.allocator_free = point.allocator_resident - point.allocator_in_use;
      point.allocator_releasable = point.allocator_free / 2;
      point.rss_file = 6 * kMiB;
      point.rss_shared = 3 * kMiB;
      point.rss_bytes = point.rss_file + point.rss_shared + point.stack_bytes + point.allocator_resident + kMiB;
      point.cgroup_bytes = point.rss_bytes + 2 * kMiB;
      point.cgroup_limit = 512 * kMiB;
    }
  };
  service.write(folder, kRun_s, 12);
}

// For the raw view: nothing in it depends on where this program was built.
void write_plain(const std::string& path) {
  SimulatedService service(7, kInterval);
  const u32 site = service.add_site();
  service.arrivals(0, 20, 20, [&](f64 at_s) { service.allocate(site, at_s, 5000, at_s + service.exponential(5)); });
  Snapshot shot = service.snapshot(20, DumpReason::kSignal);
  shot.process.host = "golden";
  shot.threads.push_back({4711, 0, 0, 0, 123, 100, 5000, 0, {}, 8 << 20, "main"});
  shot.drops.push_back({"missed_free", 2, 8192});
  write_snapshot(shot, path);
}

}  // namespace

void write_all(const std::string& folder) {
  write_leaky(folder + "/leaky");
  write_healthy(folder + "/healthy");
  write_killed(folder + "/killed");
  write_young(folder + "/young");
  write_exact(folder + "/exact");
  write_undecided(folder + "/undecided");
  write_crowded(folder + "/crowded");
  write_plain(folder + "/plain.lws");
}

}  // namespace lw::golden

int main(int argc, char** argv) {
  if (argc != 2) throw std::runtime_error("usage: make_snapshots FOLDER");
  lw::golden::write_all(argv[1]);
}
