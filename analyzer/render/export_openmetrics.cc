// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/render/export.h"

namespace lw {
namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\' || c == '"') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

class Metrics {
 public:
  // Starts a metric; its samples follow.
  void begin(const char* name, const char* help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} gauge\n", name, help, name);
  }

  void add(const std::string& labels, f64 value) { text_ += fmt::format("{}{{{}}} {:.9g}\n", name_, labels, value); }

  std::string finish() { return text_ + "# EOF\n"; }

 private:
  const char* name_ = "";
  std::string text_;
};

std::string labels_of(const Process& process) {
  return fmt::format("process=\"{}\",pid=\"{}\",start=\"{}\"", escaped(process.name), process.pid,
                     process.start_unix_ns / 1'000'000'000);
}

struct Gauge {
  const char* name;
  const char* help;
  f64 (*value)(const ProcessReport& report);
};

const MemoryPoint& newest_point(const ProcessReport& report) {
  static constexpr MemoryPoint kNone{};
  return report.process->memory.empty() ? kNone : report.process->memory.back();
}

constexpr Gauge kGauges[] = {
    {"leakwatch_live_bytes", "Bytes alive in malloc, estimated.",
     [](const ProcessReport& r) { return r.ledger.live_bytes.value; }},
    {"leakwatch_live_bytes_low", "Lower limit of leakwatch_live_bytes (95 percent).",
     [](const ProcessReport& r) { return r.ledger.live_bytes.low; }},
    {"leakwatch_live_bytes_high", "Upper limit of leakwatch_live_bytes (95 percent).",
     [](const ProcessReport& r) { return r.ledger.live_bytes.high; }},
    {"leakwatch_rss_bytes", "Resident memory of the process.",
     [](const ProcessReport& r) { return r.ledger.rss_bytes; }},
    {"leakwatch_allocator_free_bytes", "Bytes that the allocator holds and has not handed out, as it says.",
     [](const ProcessReport& r) { return static_cast<f64>(newest_point(r).allocator_free); }},
    {"leakwatch_allocation_calls", "Allocations since the start of the process, exact.",
     [](const ProcessReport& r) { return static_cast<f64>(newest_point(r).allocations); }},
    {"leakwatch_free_calls", "Frees since the start of the process, exact.",
     [](const ProcessReport& r) { return static_cast<f64>(newest_point(r).frees); }},
    {"leakwatch_watched_seconds", "Time from the start of the process to its last snapshot.",
     [](const ProcessReport& r) { return r.process->duration_s(); }},
    {"leakwatch_interval_bytes", "Mean bytes between samples.",
     [](const ProcessReport& r) { return static_cast<f64>(r.process->newest().interval); }},
    {"leakwatch_cpu_ratio", "Share of one CPU that watching has cost.",
     [](const ProcessReport& r) { return r.cost.cpu_share; }},
    {"leakwatch_own_bytes", "Memory of leakwatch itself in the process.",
     [](const ProcessReport& r) { return r.cost.own_bytes; }},
};

void add_verdicts(const Report& report, Metrics& metrics) {
  metrics.begin("leakwatch_sites", "Sites by verdict.");
  for (const ProcessReport& process : report.processes) {
    for (const VerdictWords& words : all_verdicts()) {
      if (static_cast<size_t>(words.verdict) >= process.counts.size()) continue;
      metrics.add(fmt::format("{},verdict=\"{}\"", labels_of(*process.process), words.word),
                  process.count(words.verdict));
    }
  }
}

void add_drops(const Report& report, Metrics& metrics) {
  metrics.begin("leakwatch_drops", "What could not be recorded, by reason.");
  for (const ProcessReport& process : report.processes) {
    for (const Drop& drop : process.process->drops) {
      metrics.add(fmt::format("{},reason=\"{}\"", labels_of(*process.process), escaped(drop.reason)),
                  static_cast<f64>(drop.count));
    }
  }
}

// Stacks of one place are one series. Only the largest, or the number of series would follow the code.
struct SiteSum {
  std::string labels;
  f64 live = 0, growth = 0, margin_squared = 0;
};

std::vector<SiteSum> largest_sites(const StackView& view, const Process& process, size_t most) {
  std::vector<SiteSum> largest;
  std::vector<size_t> number_of_place(view.places.size(), 0);
  for (const ViewStack& stack : view.stacks) {
    if (stack.process != &process) continue;
    const u32 innermost = view.frames_of(stack).front();
    size_t& number = number_of_place[innermost];
    if (number == 0) {
      const Place& place = view.places[innermost];
      largest.push_back({fmt::format("{},function=\"{}\",file=\"{}\",line=\"{}\"", labels_of(process),
                                     escaped(place.name), escaped(place.file), place.line)});
      number = largest.size();
    }
    SiteSum& sum = largest[number - 1];
    const f64 margin = (stack.site->bytes_per_s.high - stack.site->bytes_per_s.low) / 2;
    sum.live += stack.site->live_bytes.value;
    sum.growth += stack.site->bytes_per_s.value;
    sum.margin_squared += margin * margin;
  }
  std::stable_sort(largest.begin(), largest.end(),
                   [](const SiteSum& a, const SiteSum& b) { return a.growth > b.growth; });
  largest.resize(std::min(most, largest.size()));
  return largest;
}

void add_sites(const ExportContent& content, size_t most_sites, Metrics& metrics) {
  std::vector<SiteSum> sums;
  for (const ProcessReport& process : content.report.processes) {
    for (SiteSum& sum : largest_sites(content.view, *process.process, most_sites)) sums.push_back(std::move(sum));
  }
  metrics.begin("leakwatch_site_live_bytes", "Bytes alive, of the places in the code that grow fastest.");
  for (const SiteSum& sum : sums) metrics.add(sum.labels, sum.live);
  metrics.begin("leakwatch_site_growth_bytes_per_second", "Net growth of these places.");
  for (const SiteSum& sum : sums) metrics.add(sum.labels, sum.growth);
  metrics.begin("leakwatch_site_growth_low_bytes_per_second", "Lower limit of the growth (95 percent).");
  for (const SiteSum& sum : sums) metrics.add(sum.labels, sum.growth - std::sqrt(sum.margin_squared));
  metrics.begin("leakwatch_site_growth_high_bytes_per_second", "Upper limit of the growth (95 percent).");
  for (const SiteSum& sum : sums) metrics.add(sum.labels, sum.growth + std::sqrt(sum.margin_squared));
}

}  // namespace

std::string openmetrics_export(const ExportContent& content, size_t most_sites) {
  Metrics metrics;
  for (const Gauge& gauge : kGauges) {
    metrics.begin(gauge.name, gauge.help);
    for (const ProcessReport& process : content.report.processes) {
      metrics.add(labels_of(*process.process), gauge.value(process));
    }
  }
  add_verdicts(content.report, metrics);
  add_drops(content.report, metrics);
  add_sites(content, most_sites, metrics);
  return metrics.finish();
}

}  // namespace lw
