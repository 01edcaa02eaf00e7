// SPDX-License-Identifier: Apache-2.0
#include "analyzer/watch/finding_events.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "analyzer/watch/event_text.h"
#include "tests/unit/watch/watch_fixture.h"

namespace lw {
namespace {

using test::WatchFixture;

std::vector<EventKind> kinds_of(const std::vector<WatchEvent>& events) {
  std::vector<EventKind> kinds;
  for (const WatchEvent& event : events) kinds.push_back(event.kind);
  return kinds;
}

}  // namespace

TEST_CASE("A finding is told of once, and then only if it is no longer what was said", "[watch]") {
  WatchFixture service;
  FindingEvents events;
  const std::vector<WatchEvent> first = events.take(service.report, service.names);
  CHECK(kinds_of(first) == std::vector{EventKind::kWatched, EventKind::kAppears});
  CHECK(first[1].news);
  CHECK(events.take(service.report, service.names).empty());
  Assessment& leak = service.report.processes.front().findings.front();
  leak.bytes_per_s = scaled(leak.bytes_per_s, 3);
  const std::vector<WatchEvent> later = events.take(service.report, service.names);
  REQUIRE(kinds_of(later) == std::vector{EventKind::kChanges});
  CHECK_FALSE(later[0].news);
}

TEST_CASE("A finding has gone when it is missing for a while, and comes back without being news", "[watch]") {
  WatchFixture service;
  FindingEvents events;
  events.take(service.report, service.names);
  Report without = service.report;
  without.processes.front().findings.clear();
  CHECK(events.take(without, service.names).empty());
  CHECK(events.take(service.report, service.names).empty());
  CHECK(events.take(without, service.names).empty());
  CHECK(events.take(without, service.names).empty());
  const std::vector<WatchEvent> gone = events.take(without, service.names);
  REQUIRE(kinds_of(gone) == std::vector{EventKind::kGone});
  CHECK(gone[0].place == "leak() at server.cc:10");
  const std::vector<WatchEvent> again = events.take(service.report, service.names);
  REQUIRE(kinds_of(again) == std::vector{EventKind::kAppears});
  CHECK_FALSE(again[0].news);
}

TEST_CASE("The end of a process is told once, after its findings", "[watch]") {
  const WatchFixture service(600, 12, DumpReason::kKilled);
  FindingEvents events;
  CHECK(kinds_of(events.take(service.report, service.names)) == std::vector{EventKind::kAppears, EventKind::kEnded});
  CHECK(events.take(service.report, service.names).empty());
}

TEST_CASE("Events are lines that can be searched, or JSON", "[watch]") {
  const WatchFixture service(600, 12, DumpReason::kKilled);
  FindingEvents events;
  const std::vector<WatchEvent> all = events.take(service.report, service.names);
  const std::string appears = event_text(all[0], "2026-11-26T15:07:12Z", service.names);
  CHECK(appears.starts_with("2026-11-26T15:07:12Z "));
  CHECK(appears.find("] appears growing leak() at server.cc:10: 1.") != std::string::npos);
  CHECK(appears.ends_with(" sure\n"));
  CHECK(event_text(all[1], "", service.names)
            .find("] ended: killed after 10 m 0 s: it did not get to its exit; 1 leak — leak()") != std::string::npos);
  const auto json = nlohmann::json::parse(event_json(all[0], "2026-11-26T15:07:12Z", service.names));
  CHECK(json["event"] == "appears");
  CHECK(json["finding"] == nlohmann::json::parse(finding_json(all[0], service.names)));
  CHECK(json["finding"]["verdict"] == "growing");
  const auto end = nlohmann::json::parse(event_json(all[1], "", service.names));
  CHECK(end["ended"] == "killed");
}

}  // namespace lw
