// SPDX-License-Identifier: Apache-2.0
// The head of a line table and the files it names. Up to DWARF 4 there are two lists of texts; DWARF 5 describes the
// columns of both lists first.
#include <dwarf.h>

#include "analyzer/symbolize/line_header.h"
#include "analyzer/symbolize/line_table.h"

namespace lw {
namespace {

using std::string;
using std::string_view;

string_view text_at(string_view section, uint64_t offset) {
  return offset < section.size() ? ByteCursor(section.substr(offset)).text() : string_view();
}

// Reads one column of a DWARF 5 list; what is neither number nor text is skipped. False if the form is unknown.
bool read_column(ByteCursor& table, uint64_t form, bool is_64_bit, const LineSections& sections, uint64_t& number,
                 string_view& text) {
  const auto offset = [&] { return is_64_bit ? table.number<uint64_t>() : table.number<uint32_t>(); };
  switch (form) {
    case DW_FORM_string:
      text = table.text();
      break;
    case DW_FORM_line_strp:
      text = text_at(sections.line_str, offset());
      break;
    case DW_FORM_strp:
      text = text_at(sections.str, offset());
      break;
    case DW_FORM_udata:
      number = table.uleb();
      break;
    case DW_FORM_data1:
      number = table.number<uint8_t>();
      break;
    case DW_FORM_data2:
      number = table.number<uint16_t>();
      break;
    case DW_FORM_data4:
      number = table.number<uint32_t>();
      break;
    case DW_FORM_data8:
      number = table.number<uint64_t>();
      break;
    case DW_FORM_data16:
      table.take(16);
      break;
    case DW_FORM_block:
      table.take(table.uleb());
      break;
    default:
      return false;
  }
  return table.good();
}

// Calls add(name, directory) for each entry of a DWARF 5 list. False if the list cannot be read.
template <typename Add>
bool read_list(ByteCursor& table, bool is_64_bit, const LineSections& sections, Add add) {
  struct Column {
    uint64_t content, form;
  };
  std::vector<Column> columns(table.number<uint8_t>());
  for (Column& column : columns) column = {table.uleb(), table.uleb()};
  const uint64_t count = table.uleb();
  if (!table.good() || columns.empty()) return count == 0;
  for (uint64_t i = 0; i < count; ++i) {
    string_view name;
    uint64_t directory = 0;
    for (const Column& column : columns) {
      uint64_t number = 0;
      string_view text;
      if (!read_column(table, column.form, is_64_bit, sections, number, text)) return false;
      if (column.content == DW_LNCT_path) name = text;
      if (column.content == DW_LNCT_directory_index) directory = number;
    }
    add(name, directory);
  }
  return true;
}

string joined(string_view directory, string_view name) {
  if (name.starts_with('/') || directory.empty()) return string(name);
  if (name.empty()) return string(directory);
  return string(directory) + (directory.ends_with('/') ? "" : "/") + string(name);
}

}  // namespace

bool LineTable::read_header(ByteCursor& table, Header& header) {
  uint64_t length = table.number<uint32_t>();
  header.is_64_bit = length == 0xffffffff;
  if (header.is_64_bit) length = table.number<uint64_t>();
  if (length > table.left()) return false;
  ByteCursor unit(table.take(length));
  header.version = unit.number<uint16_t>();
  if (header.version < 2 || header.version > 5) return false;
  if (header.version == 5) unit.take(2);  // sizes of an address and of a segment's number
  const uint64_t head_bytes = header.is_64_bit ? unit.number<uint64_t>() : unit.number<uint32_t>();
  ByteCursor head(unit.take(head_bytes));
  header.instruction_bytes = head.number<uint8_t>();
  if (header.version >= 4) head.take(1);  // operations in one instruction: more than one only on machines with bundles
  head.take(1);                           // whether rows are statements
  header.line_base = head.number<int8_t>();
  header.line_range = head.number<uint8_t>();
  header.opcode_base = head.number<uint8_t>();
  for (unsigned opcode = 1; opcode < header.opcode_base; ++opcode)
    header.argument_counts[opcode] = head.number<uint8_t>();
  if (!head.good() || header.line_range == 0 || header.opcode_base == 0) return false;
  if (header.version == 5) {
    read_files_v5(head, header);
  } else {
    read_files(head);
  }
  table = unit;  // behind the head: the program
  return true;
}

void LineTable::read_files(ByteCursor& table) {
  for (string_view name = table.text(); !name.empty(); name = table.text()) directories_.push_back(name);
  for (string_view name = table.text(); !name.empty(); name = table.text()) {
    files_.push_back({name, table.uleb()});
    table.uleb();  // time of modification
    table.uleb();  // length
  }
}

void LineTable::read_files_v5(ByteCursor& table, const Header& header) {
  from_zero_ = true;
  const bool good = read_list(table, header.is_64_bit, sections_,
                              [this](string_view name, uint64_t) { directories_.push_back(name); });
  if (!good) return;
  read_list(table, header.is_64_bit, sections_, [this](string_view name, uint64_t directory) {
    files_.push_back({name, directory});
  });
}

string LineTable::file_name(uint64_t number) const {
  const uint64_t index = from_zero_ ? number : number - 1;
  if (index >= files_.size()) return {};
  const File& file = files_[index];
  const uint64_t place = from_zero_ ? file.directory : file.directory - 1;
  const string_view directory = place < directories_.size() ? directories_[place] : string_view();
  return joined(directory_, joined(directory, file.name));
}

}  // namespace lw
