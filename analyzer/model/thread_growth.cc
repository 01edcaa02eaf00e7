// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/thread_growth.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

namespace lw {
namespace {

// What a thread needs is allocated around its start: its stack and argument right before, its own state right after.
constexpr f64 kBefore_s = 0.02, kAfter_s = 0.1;
constexpr f64 kNearlyAll = 0.9;
constexpr f64 kByAccident = 0.5;

// A program that ends joins its threads: what counts is how many ran at the last profile before that.
u32 judged_profile(const Process& process) {
  return process.before_exit ? process.before_exit->profile : static_cast<u32>(process.profiles.size()) - 1;
}

bool runs(const Thread& thread, f64 at_s) {
  return thread.tid != 0 && thread.start_s <= at_s && (!thread.end_s || *thread.end_s > at_s);
}

StackNumber maker_of(const Thread& thread) { return thread.made_by.value_or(kWholeProcess); }

u32 lifetime_bin(f64 s) {
  u32 bin = 0;
  while (bin + 1 < kLifetimeBins && bin_start_s(bin + 1) <= s) ++bin;
  return bin;
}

Tally counted(f64 threads) { return {.count = threads, .bytes = threads, .samples = static_cast<u32>(threads)}; }

// How many of the threads had begun, and ended, by each profile.
std::vector<SeriesPoint> points_of(const std::vector<const Thread*>& threads, const std::vector<Profile>& profiles) {
  std::vector<SeriesPoint> points;
  for (u32 i = 0; i < profiles.size(); ++i) {
    f64 begun = 0, ended = 0;
    for (const Thread* thread : threads) {
      if (thread->start_s <= profiles[i].taken_s) ++begun;
      if (thread->end_s && *thread->end_s <= profiles[i].taken_s) ++ended;
    }
    points.push_back({counted(begun), counted(ended), i});
  }
  return points;
}

using ByMaker = std::map<StackNumber, std::vector<const Thread*>>;

ByMaker by_maker(const Process& process) {
  ByMaker makers;
  for (const Thread& thread : process.threads) {
    if (thread.tid != 0) makers[maker_of(thread)].push_back(&thread);
  }
  for (auto& [maker, threads] : makers) {
    std::sort(threads.begin(), threads.end(), [](const Thread* a, const Thread* b) { return a->start_s < b->start_s; });
  }
  return makers;
}

// A process whose blocks are the threads of `process`, one series for each maker.
Process threads_as_blocks(const Process& process, const ByMaker& makers) {
  Process shadow;
  shadow.flags = kProcessExact;
  shadow.profiles = process.profiles;
  for (Profile& profile : shadow.profiles) profile.interval = 1;
  shadow.live.known = true;
  shadow.live.profile = judged_profile(process);
  const f64 now_s = shadow.profiles[shadow.live.profile].taken_s;
  for (const auto& [maker, threads] : makers) {
    const u32 number = static_cast<u32>(shadow.series.size());
    Deaths deaths{};
    for (const Thread* thread : threads) {
      if (thread->start_s > now_s) continue;
      if (!runs(*thread, now_s)) {
        ++deaths[lifetime_bin(*thread->end_s - thread->start_s)];
      } else {
        shadow.live.blocks.push_back({.birth_s = thread->start_s,
                                      .address = 0,
                                      .size = 1,
                                      .interval = 1,
                                      .series = number,
                                      .kind = AllocKind::kMalloc,
                                      .flags = 0});
      }
    }
    shadow.live.deaths.push_back(deaths);
    shadow.series.push_back({.stack = StackNumber{number}, .points = points_of(threads, shadow.profiles)});
  }
  index_blocks(shadow.live, shadow.series.size());
  return shadow;
}

// Resident memory of one thread's stack: the mean at the moment when most threads ran. 0 where the kernel did not tell.
f64 stack_of_one(const Process& process) {
  f64 most = 0, bytes = 0;
  for (const MemoryPoint& point : process.memory) {
    const f64 threads = static_cast<f64>(point.threads);
    if (threads > most) most = threads, bytes = static_cast<f64>(point.stack_bytes) / threads;
  }
  return bytes;
}

Assessment finding_of(const Process& process, u32 number, Assessment&& judged,
                      const std::vector<const Thread*>& threads) {
  ThreadCase grounds;
  const f64 now_s = process.profiles[judged_profile(process)].taken_s;
  for (const Thread* thread : threads) {
    ++(runs(*thread, now_s) ? grounds.running : grounds.ended);
    if (runs(*thread, now_s)) grounds.reserved_bytes += static_cast<f64>(thread->stack_bytes);
  }
  grounds.threads_per_s = judged.growth->bytes_per_s;  // a thread is a block of one byte there
  grounds.stack_bytes = stack_of_one(process);
  judged.process = number;
  judged.series.clear();
  judged.verdict = Verdict::kThread;
  judged.live_bytes = scaled(judged.live_count, grounds.stack_bytes);
  judged.bytes_per_s = scaled(grounds.threads_per_s, grounds.stack_bytes);
  judged.samples = grounds.running;
  judged.allocated = judged.freed = {};
  judged.thread = grounds;
  return std::move(judged);
}

// A thread that runs before its maker could note it has no maker. Where a maker is known that leaves threads behind,
// such threads are most likely its own, and no case of their own.
void drop_makerless(std::vector<Assessment>& findings) {
  const auto makerless = [](const Assessment& finding) { return finding.stack == kWholeProcess; };
  if (!std::all_of(findings.begin(), findings.end(), makerless)) std::erase_if(findings, makerless);
}

}  // namespace

std::vector<Assessment> growing_threads(const Observation& observation, u32 number) {
  const Process& process = observation.processes[number];
  const ByMaker makers = by_maker(process);
  if (makers.empty()) return {};
  Observation shadow;
  shadow.processes.push_back(threads_as_blocks(process, makers));
  for (u32 series = 0; series < makers.size(); ++series) {  // a stack for each series, and in the same order
    const FrameNumber frame = shadow.code.frame({kNoModule, series});
    shadow.code.stack({&frame, 1}, 0);
  }
  std::vector<Assessment> findings;
  for (Assessment& judged : assess_sites(shadow)) {
    if (judged.verdict != Verdict::kGrowing) continue;
    const auto& [maker, threads] = *std::next(makers.begin(), judged.series.front());
    judged.stack = maker;
    findings.push_back(finding_of(process, number, std::move(judged), threads));
  }
  drop_makerless(findings);
  std::stable_sort(findings.begin(), findings.end(), [](const Assessment& a, const Assessment& b) {
    return a.thread->threads_per_s.value > b.thread->threads_per_s.value;
  });
  return findings;
}

bool grows_with_threads(const Process& process, const Assessment& site, const Assessment& threads) {
  std::vector<f64> starts;
  const f64 now_s = process.profiles[judged_profile(process)].taken_s;
  for (const Thread& thread : process.threads) {
    if (runs(thread, now_s) && maker_of(thread) == threads.stack) starts.push_back(thread.start_s);
  }
  std::sort(starts.begin(), starts.end());
  // Threads that begin so closely one after the other are near to everything.
  if (threads.thread->threads_per_s.value * (kBefore_s + kAfter_s) > kByAccident) return false;
  const Subject subject{&process, site.freed_at_exit ? &*process.before_exit : &process.live, site.series};
  f64 all = 0, with_threads = 0;
  for (const Birth& birth : births_of(subject)) {
    all += birth.weight.count;
    const auto start = std::lower_bound(starts.begin(), starts.end(), birth.at_s - kAfter_s);
    if (start != starts.end() && *start <= birth.at_s + kBefore_s) with_threads += birth.weight.count;
  }
  return all > 0 && with_threads >= kNearlyAll * all;
}

void add_to_threads(Assessment& threads, const Assessment& site) {
  const auto add = [](Estimate& sum, const Estimate& more) {
    const f64 below = std::hypot(sum.value - sum.low, more.value - more.low);
    const f64 above = std::hypot(sum.high - sum.value, more.high - more.value);
    const f64 value = sum.value + more.value;
    sum = {value, value - below, value + above};
  };
  add(threads.live_bytes, site.live_bytes);
  add(threads.bytes_per_s, site.bytes_per_s);
  threads.thread.edit().heap_bytes += site.live_bytes.value;
  threads.series.insert(threads.series.end(), site.series.begin(), site.series.end());
}

}  // namespace lw
