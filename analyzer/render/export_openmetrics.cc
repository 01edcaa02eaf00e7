// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/render/export.h"
#include "analyzer/render/xml.h"

namespace lw {
namespace {

// A label that is no UTF-8 would cost Prometheus the whole scrape.
std::string escaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const size_t length = character_length(text);
    const std::string_view character = text.substr(0, std::max(length, size_t{1}));
    if (character == "\\" || character == "\"") result += '\\';
    result += length == 0 ? "?" : character == "\n" || character == "\r" ? " " : character;
    text.remove_prefix(character.size());
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

u64 memory_limit_of(const Process& process) {
  const u64 group = process.memory.empty() ? 0 : process.memory.back().cgroup_limit;
  return group == 0 ? process.memory_total : std::min(group, process.memory_total);
}

constexpr Gauge kGauges[] = {
    {"leakwatch_target_up", "1 while the process runs; 0: the other numbers are as at its end.",
     [](const ProcessReport& r) { return r.process->ended == Ended::kRunning ? 1.0 : 0.0; }},
    {"leakwatch_live_bytes", "Bytes alive in malloc, estimated.",
     [](const ProcessReport& r) { return r.ledger.live_bytes.value; }},
    {"leakwatch_live_bytes_low", "Lower limit of leakwatch_live_bytes (95 percent).",
     [](const ProcessReport& r) { return r.ledger.live_bytes.low; }},
    {"leakwatch_live_bytes_high", "Upper limit of leakwatch_live_bytes (95 percent).",
     [](const ProcessReport& r) { return r.ledger.live_bytes.high; }},
    {"leakwatch_rss_bytes", "Resident memory of the process.",
     [](const ProcessReport& r) { return r.ledger.rss_bytes; }},
    {"leakwatch_memory_limit_bytes", "Memory that there is for it: its control group's limit, or the machine's memory.",
     [](const ProcessReport& r) { return static_cast<f64>(memory_limit_of(*r.process)); }},
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
    {"leakwatch_dropped_ratio", "Share of the allocated bytes that could not be followed.",
     [](const ProcessReport& r) { return r.cost.dropped_share; }},
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

// Stacks of one place are one series. Only those that leak and those that grow fastest, or the number of series would
// follow the code.
struct SiteSum {
  std::string labels;
  f64 live = 0, growth = 0, margin_squared = 0;
  f64 leak_confidence = 0;  // 0: no verdict calls it a leak

  f64 margin() const { return std::sqrt(margin_squared); }
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
    if (words_of(stack.site->verdict).leak) sum.leak_confidence = std::max(sum.leak_confidence, stack.site->confidence);
  }
  std::stable_sort(largest.begin(), largest.end(), [](const SiteSum& a, const SiteSum& b) {
    const bool a_leaks = a.leak_confidence > 0, b_leaks = b.leak_confidence > 0;
    return a_leaks != b_leaks ? a_leaks : a.growth > b.growth;
  });
  largest.resize(std::min(most, largest.size()));
  return largest;
}

struct SiteGauge {
  const char* name;
  const char* help;
  f64 (*value)(const SiteSum& sum);
};

constexpr SiteGauge kSiteGauges[] = {
    {"leakwatch_site_live_bytes", "Bytes alive, of the places in the code that leak or grow fastest.",
     [](const SiteSum& sum) { return sum.live; }},
    {"leakwatch_site_growth_bytes_per_second", "Net growth of these places.",
     [](const SiteSum& sum) { return sum.growth; }},
    {"leakwatch_site_growth_low_bytes_per_second", "Lower limit of the growth (95 percent).",
     [](const SiteSum& sum) { return sum.growth - sum.margin(); }},
    {"leakwatch_site_growth_high_bytes_per_second", "Upper limit of the growth (95 percent).",
     [](const SiteSum& sum) { return sum.growth + sum.margin(); }},
    {"leakwatch_site_leak_confidence", "How sure it is that these places leak; 0: nothing says so.",
     [](const SiteSum& sum) { return sum.leak_confidence; }},
};

void add_sites(const ExportContent& content, size_t most_sites, Metrics& metrics) {
  std::vector<SiteSum> sums;
  for (const ProcessReport& process : content.report.processes) {
    for (SiteSum& sum : largest_sites(content.view, *process.process, most_sites)) sums.push_back(std::move(sum));
  }
  for (const SiteGauge& gauge : kSiteGauges) {
    metrics.begin(gauge.name, gauge.help);
    for (const SiteSum& sum : sums) metrics.add(sum.labels, gauge.value(sum));
  }
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
