// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/page_process.h"

#include <algorithm>

#include "analyzer/model/explanation.h"
#include "analyzer/model/memory_columns.h"
#include "analyzer/model/survival.h"
#include "analyzer/model/threads.h"
#include "analyzer/render/class_evidence.h"
#include "analyzer/render/course.h"
#include "analyzer/render/explanation.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/histograms.h"
#include "analyzer/render/ledger_json.h"
#include "analyzer/render/ledger_text.h"
#include "analyzer/render/threads.h"

namespace lw {
namespace {

constexpr size_t kMostFindings = 20, kMostThreads = 40, kMostCurvePoints = 160, kMostLevels = 200;

// Every n-th, so that no more than `most` are left, and the last one.
template <class T>
void thin(std::vector<T>& items, size_t most) {
  if (items.size() <= most) return;
  const size_t step = 1 + items.size() / most;
  std::vector<T> kept;
  for (size_t i = (items.size() - 1) % step; i < items.size(); i += step) kept.push_back(items[i]);
  items = std::move(kept);
}

LiveSet const& telling_live_set(const ProcessReport& report) {
  for (const Assessment& site : report.sites) {
    if (site.freed_at_exit) return judged_live_set(*report.process, site);
  }
  return report.process->live;
}

Subject all_sites(const ProcessReport& report) {
  Subject all{report.process, &telling_live_set(report), {}};
  for (const Assessment& site : report.sites)
    all.series.insert(all.series.end(), site.series.begin(), site.series.end());
  return all;
}

Json json_of(const std::vector<SurvivalPoint>& curve) {
  Json points = Json::array();
  for (const SurvivalPoint& point : curve) {
    points.push_back({{"age_s", json_number(point.age_s)}, {"share", lw::json_of(point.share)}});
  }
  return points;
}

Json json_of_finding(const ProcessReport& report, size_t number, const Names& names) {
  Explanation explanation = explanation_of(report, number);
  thin(explanation.course.levels, kMostLevels);
  const Assessment& finding = explanation.finding();
  Json json = lw::json_of(explanation, names);
  add_grounds(json, finding, names);
  json.erase("lifetimes");
  json["advice"] = advice_text(finding, report.process->allocator);
  json["blamed"] = names[finding.stack].blamed;
  json["course_text"] = course_text(explanation.course);
  json["told_of_program"] = finding.told_of_program;
  json["survival"] =
      json_of(finding.series.empty()
                  ? std::vector<SurvivalPoint>{}
                  : survival_of(Subject{report.process, &judged_live_set(*report.process, finding), finding.series}));
  return json;
}

Json json_of_log(const Process& process) {
  std::vector<MemoryPoint> points = process.memory;
  thin(points, kMostCurvePoints);
  Json times = Json::array(), rss = Json::array(), low = Json::array(), live = Json::array(), high = Json::array(),
       threads = Json::array();
  for (const MemoryColumn& column : memory_columns(points, points.size())) {
    times.push_back(json_number(column.at_s));
    rss.push_back(json_number(column.rss_bytes));
    low.push_back(json_number(column.live_bytes.low));
    live.push_back(json_number(column.live_bytes.value));
    high.push_back(json_number(column.live_bytes.high));
    threads.push_back(column.threads);
  }
  return {{"t_s", times},    {"rss_bytes", rss},  {"live_bytes", live},
          {"live_low", low}, {"live_high", high}, {"threads", threads}};
}

Json json_of_parts(const Ledger& ledger) {
  std::vector<LedgerPoint> points = ledger.points;
  thin(points, kMostCurvePoints);
  Json json{{"t_s", Json::array()}, {"parts", Json::array()}};
  for (const LedgerPoint& point : points) json["t_s"].push_back(json_number(point.at_s));
  for (size_t i = 0; i < kLedgerParts; ++i) {
    const LedgerPart part{static_cast<u8>(i)};
    const LedgerEntry& entry = ledger[part];
    if (!entry.known) continue;
    Json bytes = Json::array();
    for (const LedgerPoint& point : points) bytes.push_back(json_number(point.bytes[i]));
    json["parts"].push_back({{"part", word_of(part)},
                             {"meaning", part_text(part)},
                             {"now_bytes", lw::json_of(entry.bytes)},
                             {"bytes_per_s", lw::json_of(entry.bytes_per_s)},
                             {"bytes", std::move(bytes)}});
  }
  return json;
}

Json json_of_receipt(const Receipt& receipt) {
  return {{"samples", receipt.samples},
          {"sampled_frees", receipt.sampled_frees},
          {"slow_ns", receipt.slow_ns},
          {"unwind_ns", receipt.unwind_ns},
          {"dumps", receipt.dumps},
          {"dump_ns", receipt.dump_ns},
          {"longest_dump_ns", receipt.longest_dump_ns},
          {"own_bytes", receipt.own_bytes},
          {"budget_ppm", receipt.budget_ppm},
          {"cpu_ns", receipt.cpu_ns},
          {"false_hits", receipt.false_hits},
          {"cold_frames", receipt.cold_frames}};
}

Json json_of_counts(const ProcessReport& report) {
  Json counts = Json::object();
  for (const VerdictWords& words : all_verdicts()) {
    if (report.count(words.verdict) > 0) counts[words.word] = report.count(words.verdict);
  }
  return counts;
}

void add_memory(Json& json, const ProcessReport& report, const Names& names) {
  Json ledger = json_of_ledger(report.ledger);
  if (!ledger.is_null()) ledger.erase("points");
  json["ledger"] = std::move(ledger);
  json["ledger_note"] = disagreement_text(report.ledger);
  json["forecast"] = json_of_forecast(report, names);
  json["forecast_text"] = forecast_text(report, names);
  json["memory"] = json_of_log(*report.process);
  json["memory_parts"] = json_of_parts(report.ledger);
  Course course = course_of(all_sites(report));
  thin(course.levels, kMostLevels);
  json["course"] = lw::json_of(course);
}

void add_blocks(Json& json, const ProcessReport& report) {
  std::vector<SiteOfProcess> sites;
  for (const Assessment& site : report.sites) sites.emplace_back(report.process, &site);
  json["sizes"] = Json::array();
  for (const SizeBin& bin : size_histogram(sites)) json["sizes"].push_back(lw::json_of(bin));
  json["survival"] = json_of(survival_of(all_sites(report)));
}

void add_threads(Json& json, const Process& process) {
  const std::vector<ThreadGroup> groups = thread_groups(process);
  json["threads"] = Json::array();
  for (size_t i = 0; i < std::min(kMostThreads, groups.size()); ++i) json["threads"].push_back(lw::json_of(groups[i]));
  json["threads_left_out"] = groups.size() - json["threads"].size();
}

}  // namespace

Json page_json_of(const ProcessReport& report, const Names& names) {
  Json json = json_of_process(report);
  json["headline"] = headline(report, names);
  json["power_text"] = power_text(report);
  json["site_counts"] = json_of_counts(report);
  json["findings"] = Json::array();
  const size_t findings = std::min(kMostFindings, report.findings.size());
  for (size_t number = 1; number <= findings; ++number) {
    json["findings"].push_back(json_of_finding(report, number, names));
  }
  json["findings_left_out"] = report.findings.size() - findings;
  if (!report.process->live.known) return json;
  add_memory(json, report, names);
  add_blocks(json, report);
  add_threads(json, *report.process);
  json["receipt"] = json_of_receipt(report.process->receipt);
  json["dropped"] = Json::array();
  for (const Drop& drop : report.process->drops) {
    json["dropped"].push_back({{"reason", drop.reason}, {"count", drop.count}, {"bytes", json_number(drop.bytes)}});
  }
  return json;
}

Json page_json_of(const ProgramReport& report, const Names& names) {
  const Process& first = *report.processes.front();
  Json json{{"name", first.name},
            {"headline", headline(report, names)},
            {"pids", Json::array()},
            {"findings", Json::array()}};
  for (const Process* process : report.processes) json["pids"].push_back(process->pid);
  for (const Assessment& finding : report.findings) {
    if (json["findings"].size() == kMostFindings) break;
    Json& entry = json["findings"].emplace_back(lw::json_of(first, finding, names));
    add_grounds(entry, finding, names);
    entry["blamed"] = names[finding.stack].blamed;
    entry["advice"] = advice_text(finding, first.allocator);
  }
  json["findings_left_out"] = report.findings.size() - json["findings"].size();
  return json;
}

}  // namespace lw
