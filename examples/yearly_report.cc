// SPDX-License-Identifier: Apache-2.0
// Fragmentation: a service that once builds a large report from many small lines, and keeps a summary of it.
//
// Of every page of lines one summary is kept, right among them on the heap. When the lines have been freed these few
// bytes hold the heap up: it cannot shrink, although hardly anything is in it. With --trim it gives the pages between
// them back.
#include <malloc.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "service/workday.h"

constexpr size_t kLines = 240000;
constexpr size_t kLinesPerRound = 16000;
constexpr size_t kLinesPerPage = 200;

struct Line {
  uint64_t account;
  std::string text;
};

class Report {
 public:
  void add_line(uint64_t account) {
    lines_.push_back(std::make_unique<Line>(Line{account, std::string(180, static_cast<char>('a' + account % 26))}));
    if (lines_.size() % kLinesPerPage == 0)
      summaries_.push_back(std::make_unique<std::string>(lines_.back()->text, 0, 40));
  }
  size_t lines() const { return lines_.size(); }
  void close(bool trim) {
    std::vector<std::unique_ptr<Line>>().swap(lines_);
    if (trim) malloc_trim(0);
  }
  std::string table_of_summaries() const {
    std::string table;
    for (const auto& summary : summaries_) table += *summary + "\n";
    return table;
  }

 private:
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<std::unique_ptr<std::string>> summaries_;
};

int main(int argc, char** argv) {
  const Workday day = workday_from(argc, argv, "--trim");
  Report report;
  bool closed = false;
  size_t answered = 0;
  work_through(day, std::chrono::milliseconds(100), [&](size_t round, double) {
    for (size_t i = 0; i < kLinesPerRound && !closed; ++i) report.add_line(round * kLinesPerRound + i);
    if (!closed && report.lines() >= kLines) {
      report.close(day.behaves_well);
      closed = true;
    }
    answered += report.table_of_summaries().size();  // what it does for the rest of the year
  });
  printf("answered with %zu bytes\n", answered);
}
