// SPDX-License-Identifier: Apache-2.0
// Address → file and line. The table is a program for a small machine (DWARF 5, section 6.2); this file runs it, and
// line_files.cc reads the names in front of it.
#include "analyzer/symbolize/line_table.h"

#include <dwarf.h>

#include <algorithm>

#include "analyzer/symbolize/line_header.h"

namespace lw {

LineTable::LineTable(const LineSections& sections, uint64_t offset, std::string directory, const ElfObject& object)
    : sections_(sections), directory_(std::move(directory)) {
  if (offset >= sections.line.size()) return;
  ByteCursor table(sections.line.substr(offset));
  Header header;
  if (read_header(table, header)) run(table, header, object);
}

void LineTable::run(ByteCursor program, const Header& header, const ElfObject& object) {
  const auto advance = [&header](uint64_t steps) { return steps * header.instruction_bytes; };
  const uint64_t special_advance = (255u - header.opcode_base) / header.line_range;
  Row row{0, {1, 1}};
  size_t first = 0;  // row of the sequence
  while (!program.at_end()) {
    const auto opcode = program.number<uint8_t>();
    if (opcode >= header.opcode_base) {
      const unsigned special = opcode - header.opcode_base;
      row.address += advance(special / header.line_range);
      row.source.line += static_cast<uint32_t>(header.line_base + static_cast<int>(special % header.line_range));
      rows_.push_back(row);
      continue;
    }
    switch (opcode) {
      case 0: {  // extended
        ByteCursor arguments(program.take(program.uleb()));
        const auto extended = arguments.number<uint8_t>();
        if (extended == DW_LNE_set_address && arguments.left() == sizeof(uint64_t)) {
          row.address = arguments.number<uint64_t>();
        } else if (extended == DW_LNE_set_address && arguments.left() == sizeof(uint32_t)) {
          row.address = arguments.number<uint32_t>();
        } else if (extended == DW_LNE_end_sequence) {
          end_sequence(first, row.address, object);
          first = rows_.size();
          row = {0, {1, 1}};
        }
        break;
      }
      case DW_LNS_copy:
        rows_.push_back(row);
        break;
      case DW_LNS_advance_pc:
        row.address += advance(program.uleb());
        break;
      case DW_LNS_advance_line:
        row.source.line += static_cast<uint32_t>(program.sleb());
        break;
      case DW_LNS_set_file:
        row.source.file = static_cast<uint32_t>(program.uleb());
        break;
      case DW_LNS_const_add_pc:
        row.address += advance(special_advance);
        break;
      case DW_LNS_fixed_advance_pc:
        row.address += program.number<uint16_t>();
        break;
      default:  // columns, statements, blocks, and what a later version may add
        for (int arguments = header.argument_counts[opcode]; arguments > 0; --arguments) program.uleb();
    }
  }
  rows_.resize(first);  // a sequence without an end is damage
  sort();
}

void LineTable::end_sequence(size_t first, uint64_t high, const ElfObject& object) {
  const auto begin = rows_.begin() + static_cast<ptrdiff_t>(first);
  const auto ascending = [](const Row& a, const Row& b) { return a.address < b.address; };
  const bool useful = begin != rows_.end() && begin->address < high && object.is_code(begin->address);
  if (useful && std::is_sorted(begin, rows_.end(), ascending)) {
    sequences_.push_back({begin->address, high, first, rows_.size() - first});
  } else {
    rows_.resize(first);
  }
}

void LineTable::sort() {
  std::sort(sequences_.begin(), sequences_.end(), [](const Sequence& a, const Sequence& b) { return a.low < b.low; });
}

bool LineTable::find(uint64_t address, SourceLine& found) const {
  auto sequence = std::upper_bound(sequences_.begin(), sequences_.end(), address,
                                   [](uint64_t value, const Sequence& next) { return value < next.low; });
  if (sequence == sequences_.begin() || address >= (--sequence)->high) return false;
  const auto begin = rows_.begin() + static_cast<ptrdiff_t>(sequence->first);
  const auto end = begin + static_cast<ptrdiff_t>(sequence->count);
  // Of several rows for one address the last one counts: the others describe no instruction.
  const auto after =
      std::upper_bound(begin, end, address, [](uint64_t value, const Row& next) { return value < next.address; });
  found = std::prev(after)->source;
  return true;
}

}  // namespace lw
