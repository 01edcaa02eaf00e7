// SPDX-License-Identifier: Apache-2.0
// Residue: a recorder of sensor events that reserves room for the busiest hour imaginable, on a quiet site.
//
// The reserve takes addresses, and a share of what the system may promise to anybody, and hardly any of it is ever
// written to. With --grow the array grows with the events.
#include <cstdint>
#include <string>
#include <vector>

#include "service/workday.h"

constexpr size_t kBusiestHour = 3600 * 1000;  // events
constexpr size_t kEventsPerRound = 20;

struct Event {
  uint64_t at_us;
  uint32_t sensor;
  float value;
};

class Recorder {
 public:
  explicit Recorder(bool grows) {
    if (!grows) events_.reserve(kBusiestHour);
  }

  void record(Event event) {
    if (events_.size() == kBusiestHour) events_.clear();
    events_.push_back(event);
  }

  double mean() const {
    double sum = 0;
    for (const Event& event : events_) sum += event.value;
    return events_.empty() ? 0 : sum / static_cast<double>(events_.size());
  }

 private:
  std::vector<Event> events_;
};

// What an operator sees: a line for each sensor.
std::string status_page(size_t round) {
  std::string page;
  for (size_t sensor = 0; sensor < 500; ++sensor) {
    page += "sensor " + std::to_string(sensor) + " of the northern site says " + std::to_string(round % 100) + "\n";
  }
  return page;
}

int main(int argc, char** argv) {
  const Workday day = workday_from(argc, argv, "--grow");
  Recorder recorder(day.behaves_well);
  size_t bytes_sent = 0;
  work_through(day, std::chrono::milliseconds(50), [&](size_t round, double at_s) {
    for (size_t i = 0; i < kEventsPerRound; ++i) {
      recorder.record({static_cast<uint64_t>(at_s * 1e6), static_cast<uint32_t>(i), static_cast<float>(round % 100)});
    }
    bytes_sent += status_page(round).size();
  });
  printf("mean value %.2f, %zu bytes sent\n", recorder.mean(), bytes_sent);
}
