// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/commands/completion.h"
#include "analyzer/commands/options.h"

namespace lw {
namespace {

using Row = OptionTable::Row;

// Text as man's language wants it: a minus is a minus, a line does not begin with one of its commands.
std::string roff(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool begins_line = result.empty() || result.back() == '\n';
    if (begins_line && (c == '.' || c == '\'')) result += "\\&";
    result += c == '\\' ? std::string("\\e") : c == '-' ? std::string("\\-") : std::string(1, c);
  }
  return result;
}

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(toupper(c)); });
  return text;
}

std::string head(const std::string& page, const std::string& summary) {
  return fmt::format(".TH {} 1 \"\" \"leakwatch {}\" \"leakwatch\"\n.SH NAME\n{} \\- {}\n", upper_case(page),
                     LW_VERSION, page, roff(summary));
}

std::string option_heading(const Row& row) {
  std::string heading;
  for (size_t begin = 0; begin <= row.names.size();) {
    const size_t comma = std::min(row.names.find(',', begin), row.names.size());
    heading += (heading.empty() ? "" : ", ") + fmt::format("\\fB{}\\fR", roff(row.names.substr(begin, comma - begin)));
    begin = comma + 1;
  }
  return row.value.empty() ? heading : heading + fmt::format(" \\fI{}\\fR", row.value);
}

std::string option(const Row& row) {
  std::string help = row.help;
  if (!row.choices.empty() && !row.by_place) help += fmt::format(": {}", fmt::join(row.choices, ", "));
  const std::string heading = row.by_place ? fmt::format("\\fI{}\\fR", row.names) : option_heading(row);
  return fmt::format(".TP\n{}\n{}\n", heading, roff(help));
}

std::string synopsis(const std::string& verb, const OptionTable& table) {
  std::string text = fmt::format(".SH SYNOPSIS\n\\fBleakwatch {}\\fR [\\fIoptions\\fR]", verb);
  for (const Row& row : table.rows) {
    if (row.by_place) text += fmt::format(" \\fI{}\\fR{}", row.names, row.repeatable ? "..." : "");
  }
  if (table.takes_command) text += " [\\-\\-] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR...]";
  return text + '\n';
}

// Lines that begin with blanks are a table and stay as they are.
std::string epilogue(const std::string& text) {
  std::string result;
  bool table = false;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    if (line.starts_with(' ') != table) {
      table = !table;
      result += table ? ".PP\n.nf\n" : ".fi\n";
      if (!table && !line.empty()) result += ".PP\n";
    }
    if (!line.empty()) result += roff(line) + '\n';
    begin = end + 1;
  }
  return result + (table ? ".fi\n" : "");
}

std::string page_of(const Command& command) {
  const OptionTable table = Options::table_of(command);
  const std::string name = std::string("leakwatch-") + command.name;
  std::string text =
      head(name, command.summary) + synopsis(command.name, table) + ".SH DESCRIPTION\n" + roff(table.summary) + '\n';
  if (!table.epilogue.empty()) text += ".PP\n" + epilogue(table.epilogue);
  if (!table.rows.empty()) text += ".SH OPTIONS\n";
  for (const Row& row : table.rows) text += option(row);
  return text + ".SH SEE ALSO\n.BR leakwatch (1)\n";
}

std::string page_of_all() {
  std::string text =
      head("leakwatch", "find memory leaks in running programs") +
      ".SH SYNOPSIS\n\\fBLD_PRELOAD=libleakwatch.so\\fR \\fICOMMAND\\fR\n.br\n"
      "\\fBleakwatch\\fR \\fIVERB\\fR [\\fIoptions\\fR] \\fIPATH\\fR...\n.SH DESCRIPTION\n"
      "libleakwatch.so, preloaded into a program, samples its allocations and writes snapshots. leakwatch "
      "reads any number of them and says what leaks, how fast, and how certainly.\n.SH COMMANDS\n";
  for (const Command& command : all_commands()) {
    text += fmt::format(".TP\n\\fBleakwatch\\-{}\\fR(1)\n{}\n", command.name, roff(command.summary));
  }
  text +=
      ".SH ENVIRONMENT\n.TP\n\\fBPAGER\\fR\nwhat long text is shown with on a terminal (default: less)\n"
      ".TP\n\\fBNO_COLOR\\fR\nif set, nothing is coloured\n"
      ".TP\n\\fBLEAKWATCH_*\\fR\nsettings of libleakwatch.so; its documentation lists them\n"
      ".SH EXIT STATUS\n0 done; 1 findings (check); 2 wrong usage; 3 input that could not be read, or not all of it.\n";
  return text;
}

}  // namespace

std::string manual_page(const std::string& command_name) {
  const Command* command = find_command(command_name);
  return command != nullptr ? page_of(*command) : page_of_all();
}

}  // namespace lw
