// SPDX-License-Identifier: Apache-2.0
// Churn: a renderer of pages that makes every fragment of text a string of its own.
//
// Nothing leaks, every string lives for microseconds; but most of the time goes into getting and giving back memory.
// With --append the page is written into one string that is used again.
#include <cstdint>
#include <string>

#include "service/workday.h"

constexpr int kPagesPerRound = 40;
constexpr int kRowsPerPage = 120;

std::string cell(int row, int column) {
  return std::string("<td class=\"number column-") + std::to_string(column) + "\">" + std::to_string(row * column) +
         std::string("</td><!-- end of cell -->");
}

// A string for every fragment, and one more for every concatenation.
std::string render_in_pieces(int page) {
  std::string text = "<table>";
  for (int row = 0; row < kRowsPerPage; ++row) {
    std::string line = "<tr id=\"page-" + std::to_string(page) + "-row-" + std::to_string(row) + "\">";
    for (int column = 0; column < 6; ++column) line = std::move(line) + cell(row, column);
    text += line + "</tr>";
  }
  return text + "</table>";
}

void render_into(std::string& text, int page) {
  text.assign("<table>");
  char buffer[128];
  for (int row = 0; row < kRowsPerPage; ++row) {
    text.append(buffer, static_cast<size_t>(snprintf(buffer, sizeof buffer, "<tr id=\"page-%d-row-%d\">", page, row)));
    for (int column = 0; column < 6; ++column) {
      const int length = snprintf(buffer, sizeof buffer, "<td class=\"number column-%d\">%d</td><!-- end of cell -->",
                                  column, row * column);
      text.append(buffer, static_cast<size_t>(length));
    }
    text.append("</tr>");
  }
  text.append("</table>");
}

int main(int argc, char** argv) {
  const Workday day = workday_from(argc, argv, "--append");
  std::string page;
  uint64_t bytes = 0;
  work_through(day, std::chrono::milliseconds(20), [&](size_t round, double) {
    for (int i = 0; i < kPagesPerRound; ++i) {
      if (day.behaves_well) {
        render_into(page, static_cast<int>(round));
      } else {
        page = render_in_pieces(static_cast<int>(round));
      }
      bytes += page.size();
    }
  });
  printf("%llu bytes of pages\n", static_cast<unsigned long long>(bytes));
}
