// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/served_pages.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <charconv>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/answer.h"
#include "analyzer/commands/html_page.h"
#include "analyzer/render/export.h"
#include "analyzer/render/report_json.h"
#include "analyzer/render/xml.h"

namespace lw {
namespace {

constexpr std::chrono::seconds kKeep{1};           // an answer is given again for so long
constexpr std::chrono::seconds kMostTurnWait{30};  // for the look of somebody else to be over
constexpr unsigned kMostSeconds = 300;             // between the two looks of a difference
constexpr unsigned kMostWaiters = 8;
constexpr unsigned kReload_s = 10;  // the report loads itself anew, while somebody runs

constexpr const char* kHtml = "text/html; charset=utf-8";
constexpr const char* kAllocs = "/debug/pprof/allocs";

std::optional<u64> parse_number(const std::string& text) {
  u64 number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

u64 unix_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<u64>(now.tv_sec) * 1'000'000'000 + static_cast<u64>(now.tv_nsec);
}

std::string html_of(const std::string& title, const std::string& body) {
  return fmt::format(
      "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>{0}</title>\n"
      "<style>:root{{color-scheme:light dark}}body{{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;"
      "padding:0 1em}}td{{padding:.1em 1.5em .1em 0;vertical-align:top}}</style>\n<h1>{0}</h1>\n{1}",
      xml_text(title), body);
}

// What serving itself has cost, by the names that exporters have agreed on.
std::string own_metrics() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<f64>(time.tv_sec) + static_cast<f64>(time.tv_usec) * 1e-6;
  };
  return fmt::format(
      "# HELP process_cpu_seconds_total CPU time of `leakwatch serve` itself.\n"
      "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total {:.3f}\n",
      seconds(usage.ru_utime) + seconds(usage.ru_stime));
}

}  // namespace

const ServedPages::Page ServedPages::kPages[] = {
    {"/", "the report, live", &ServedPages::report_page},
    {"/report.json", "the same for programs, as `leakwatch report --json`", &ServedPages::report_json_page},
    {"/debug/pprof/", "this list", &ServedPages::index_page},
    {"/debug/pprof/heap",
     "what is alive, for `go tool pprof`; ?seconds=30: what changes in that time; ?debug=1: as text",
     &ServedPages::heap_page},
    {kAllocs, "the same, showing what was allocated", &ServedPages::heap_page},
    {"/metrics", "for Prometheus", &ServedPages::metrics_page},
    {"/healthz", "which processes are served, and whether they run", &ServedPages::health_page},
};

std::string ServedPages::Wish::key() const { return fmt::format("{} {} {}", path, pid.value_or(0), as_text); }

ServedPages::ServedPages(LiveTargets targets, SymbolChoice symbols) : targets_(std::move(targets)), choice_("serve") {
  choice_.symbols = std::move(symbols);
  choice_.symbols.keep();
}

Response ServedPages::answer(const Request& request) {
  const auto page = std::find_if(std::begin(kPages), std::end(kPages), [&](const Page& candidate) {
    return request.path == candidate.path || request.path + '/' == candidate.path;
  });
  if (page == std::end(kPages)) return refusal(404, "there is no such page; /debug/pprof/ lists all");
  Wish wish{.path = page->path, .pid = {}};
  const auto argument = [&](const char* name) -> const std::string* {
    const auto place = request.arguments.find(name);
    return place == request.arguments.end() ? nullptr : &place->second;
  };
  if (const std::string* pid = argument("pid")) {
    wish.pid = parse_number(*pid);
    if (!wish.pid) return refusal(400, "pid wants the number of a process");
  }
  if (const std::string* seconds = argument("seconds")) {
    const std::optional<u64> number = parse_number(*seconds);
    if (!number || *number > kMostSeconds) return refusal(400, fmt::format("seconds goes from 0 to {}", kMostSeconds));
    wish.seconds = static_cast<unsigned>(*number);
  }
  if (const std::string* debug = argument("debug")) wish.as_text = !debug->empty() && *debug != "0";
  return make(*page, wish);
}

Response ServedPages::make(const Page& page, const Wish& wish) {
  Lock lock(looking_, kMostTurnWait);
  if (!lock) return refusal(503, "another look takes long; ask again");
  if (const auto kept = kept_.find(wish.key()); kept != kept_.end() && Clock::now() < kept->second.until) {
    if (wish.seconds == 0) return kept->second.response;
  }
  targets_.see();
  const std::vector<LiveTargets::Known> known = targets_.known();
  if (wish.pid && std::none_of(known.begin(), known.end(), [&](const auto& one) { return one.pid == *wish.pid; })) {
    return refusal(404, fmt::format("process {} is not served; /healthz lists those that are", *wish.pid));
  }
  if (wish.seconds > 0 && page.make == &ServedPages::heap_page) {
    lock.unlock();
    return make_change(wish);
  }
  std::erase_if(kept_, [](const auto& entry) { return entry.second.until <= Clock::now(); });
  Response response = (this->*page.make)(wish);
  kept_[wish.key()] = {Clock::now() + kKeep, response};
  return response;
}

// Two looks, one subtracted from the other.
Response ServedPages::make_change(const Wish& wish) {
  std::vector<std::vector<Moment>> moments;
  const auto take = [&] {
    const Lock lock(looking_);
    targets_.see();
    moments.push_back(targets_.moments(wish.pid));
  };
  take();
  const u64 since_unix_ns = unix_ns();
  if (!wait(wish.seconds))
    return refusal(503, fmt::format("{} differences are being waited for already", kMostWaiters));
  take();
  const Lock lock(looking_);
  std::vector<std::string> complaints;
  Observation observation = LiveTargets::observation_of(moments, complaints);
  say_once(complaints);
  return profile_of(std::move(observation), wish, since_unix_ns);
}

// False if too many wait already. Ends early when the server does.
bool ServedPages::wait(unsigned seconds) {
  std::unique_lock lock(waiting_);
  if (waiters_ >= kMostWaiters) return false;
  ++waiters_;
  ended_.wait_for(lock, std::chrono::seconds(seconds), [&] { return end_; });
  --waiters_;
  return true;
}

void ServedPages::end() {
  const std::lock_guard lock(waiting_);
  end_ = true;
  ended_.notify_all();
}

void ServedPages::keep_ends() {
  const Lock lock(looking_, std::try_to_lock);
  if (lock) targets_.keep_ends();
}

Observation ServedPages::look(const Wish& wish) {
  std::vector<std::string> complaints;
  Observation observation = targets_.observation(targets_.moments(wish.pid), complaints);
  say_once(complaints);
  return observation;
}

void ServedPages::say_once(const std::vector<std::string>& complaints) {
  for (const std::string& sentence : complaints) {
    if (said_.insert(sentence).second) complain(sentence);
  }
}

Response ServedPages::report_page(const Wish& wish) {
  Looked looked;
  looked.observation = look(wish);
  looked.report = report_on(looked.observation);
  const std::vector<LiveTargets::Known> known = targets_.known();
  const bool may_change = std::any_of(known.begin(), known.end(), [](const auto& process) { return process.runs; });
  return response_of(html_page(choice_, {}, looked, may_change ? kReload_s : 0), kHtml);
}

Response ServedPages::report_json_page(const Wish& wish) {
  AnswerChoice choice{.symbols = choice_.symbols, .findings = {}, .reach = {}};
  choice.all_names = true;
  const Answer result = answer_on({look(wish), {}}, choice);
  return response_of(report_json(result.report, result.names), "application/json");
}

Response ServedPages::index_page(const Wish&) {
  std::string body = "<table>\n";
  for (const Page& page : kPages) {
    body += fmt::format("<tr><td><a href=\"{0}\">{0}</a><td>{1}\n", page.path, xml_text(page.summary));
  }
  body += "</table>\n<h2>Processes</h2>\n<p>?pid= chooses one of them.</p>\n<table>\n";
  for (const LiveTargets::Known& process : targets_.known()) {
    body += fmt::format(
        "<tr><td>{1}<td>{0}<td><a href=\"/?pid={0}\">report</a> <a "
        "href=\"/debug/pprof/heap?pid={0}&amp;debug=1\">heap</a>"
        "<td>{2}\n",
        process.pid, xml_text(process.name), process.runs ? "runs" : "has ended");
  }
  return response_of(html_of("leakwatch", body + "</table>\n"), kHtml);
}

std::string ServedPages::export_of(Observation observation, Grain grain, const Write& write) {
  Looked looked;
  looked.observation = std::move(observation);
  looked.report = report_on(looked.observation);
  const NamedCode names = name_everything(choice_, looked);
  StackFilter filter;
  filter.grain = grain;
  const StackView view = stack_view(looked.observation, looked.report, names, choice_.measure(), filter);
  return write({looked.observation, looked.report, names, view, false});
}

Response ServedPages::profile_of(Observation observation, const Wish& wish, u64 since_unix_ns) {
  const PprofChoice choice{wish.path == kAllocs ? "alloc_space" : "inuse_space", since_unix_ns};
  if (wish.as_text) {
    return response_of(export_of(std::move(observation), Grain::kLine,
                                 [&](const ExportContent& content) { return heap_text_export(content, choice); }));
  }
  return response_of(export_of(std::move(observation), Grain::kFunction,
                               [&](const ExportContent& content) { return pprof_export(content, choice); }),
                     "application/octet-stream");
}

Response ServedPages::heap_page(const Wish& wish) { return profile_of(look(wish), wish, 0); }

Response ServedPages::metrics_page(const Wish& wish) {
  const std::string metrics =
      export_of(look(wish), Grain::kLine, [](const ExportContent& content) { return openmetrics_export(content); });
  return response_of(own_metrics() + metrics, "text/plain; version=0.0.4; charset=utf-8");
}

Response ServedPages::health_page(const Wish&) {
  std::string text = "ok\n";
  for (const LiveTargets::Known& process : targets_.known()) {
    text += fmt::format("{} {} {}\n", process.name, process.pid, process.runs ? "runs" : "has ended");
  }
  return response_of(text);
}

}  // namespace lw
