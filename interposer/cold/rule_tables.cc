// SPDX-License-Identifier: Apache-2.0
// The tables are a program for a machine with a register for each column of the row that holds for an address (DWARF 5,
// 6.4.2). Of the columns only three matter to a rule: the CFA, where rbp was saved, and that the return address lies
// just below the CFA. Precondition of everything here: whoever cannot read something says so, and libunwind is asked.
#include "interposer/cold/rule_tables.h"

#include "interposer/cold/table_cursor.h"

namespace lw {
namespace {

constexpr u64 kRbp = 6, kRsp = 7, kReturnAddress = 16;  // DWARF's numbers (System V ABI, AMD64, 3.36)
constexpr u8 kRelative32 = 0x1b;                        // DW_EH_PE_pcrel | DW_EH_PE_sdata4
constexpr u64 kLongestEntry = 64 << 10;                 // more is damage, or somebody's generated code

struct Column {
  enum class Where : u8 { kUnchanged, kSaved, kElsewhere };

  Where where;
  i64 offset;  // kSaved: at the CFA plus so much
};

struct Row {
  u64 cfa_register;  // kRbp, kRsp; others are not for us
  i64 cfa_offset;
  Column bp;
  Column return_address;
};

constexpr u64 kComputed = ~u64{0};  // in cfa_register: by an expression

// What a common entry (CIE) says for all the functions (FDEs) that refer to it.
struct Common {
  u64 code_factor;
  i64 data_factor;
  u64 program;  // [program, end): its instructions, the row at the start of every function
  u64 end;
};

// `from` is where the entry's length stands. On success the cursor is behind the length, and ends with the entry.
bool open_entry(TableCursor* entry) {
  const u64 bytes = entry->number(4);
  if (!entry->ok() || bytes < 4 || bytes > kLongestEntry) return false;
  entry->end_at(entry->at() + bytes);
  return true;
}

bool skip_pointer(TableCursor* entry, u8 encoding) {
  switch (encoding & 0x0f) {
    case 0x00:  // absolute
    case 0x04:  // udata8
    case 0x0c:  // sdata8
      entry->skip(8);
      break;
    case 0x03:  // udata4
    case 0x0b:  // sdata4
      entry->skip(4);
      break;
    default:
      return false;
  }
  return (encoding & 0x70) != 0x50;  // aligned: padded before
}

// The letters of "zPLR" in any order, whose data follow in theirs. Others mean something that we do not know ('S': a
// signal frame, whose addresses are to be taken differently).
bool read_augmentation(TableCursor* letters, TableCursor* data) {
  u8 address_encoding = 0;
  while (const u8 letter = letters->byte()) {
    switch (letter) {
      case 'L':
        data->skip(1);
        break;
      case 'P':
        if (!skip_pointer(data, data->byte())) return false;
        break;
      case 'R':
        address_encoding = data->byte();
        break;
      default:
        return false;
    }
  }
  return letters->ok() && address_encoding == kRelative32;
}

bool read_common(ObjectReader* reader, u64 address, Common* common) {
  TableCursor entry(reader, address, address + kLongestEntry);
  if (!open_entry(&entry) || entry.number(4) != 0) return false;  // 0 says that it is a common one
  const u8 version = entry.byte();
  if ((version != 1 && version != 3) || entry.byte() != 'z') return false;
  TableCursor letters = entry;
  while (entry.byte() != 0) {
  }
  common->code_factor = entry.uleb();
  common->data_factor = entry.sleb();
  const u64 return_address = version == 1 ? entry.byte() : entry.uleb();
  const u64 augmentation_bytes = entry.uleb();
  TableCursor data = entry;
  entry.skip(augmentation_bytes);
  common->program = entry.at();
  common->end = entry.end();
  return return_address == kReturnAddress && read_augmentation(&letters, &data) && data.ok() && entry.ok();
}

class RowProgram {
 public:
  RowProgram(const Common& common, u64 code) : common_(common), code_(code) {}

  // Runs until the row for the address is complete. False: there is something in it that we do not know.
  bool run(TableCursor program, u64 start) {
    location_ = start;
    reached_ = false;
    while (!program.done() && !reached_) {
      if (!step(&program)) return false;
    }
    return program.ok();
  }

  // The row of now is what DW_CFA_restore goes back to.
  void keep_as_initial() { initial_ = row_; }

  const Row& row() const { return row_; }

 private:
  static constexpr u32 kMostRemembered = 4;

  bool step(TableCursor* program) {
    const u8 instruction = program->byte();
    const u64 operand = instruction & 0x3fu;
    switch (instruction >> 6) {
      case 1:
        advance(operand);
        return true;
      case 2:
        save(operand, static_cast<i64>(program->uleb()) * common_.data_factor);
        return true;
      case 3:
        restore(operand);
        return true;
      default:
        return step_extended(operand, program);
    }
  }

  bool step_extended(u64 instruction, TableCursor* program) {
    switch (instruction) {
      case 0x00:  // nop
        return true;
      case 0x02:  // advance_loc1
        advance(program->number(1));
        return true;
      case 0x03:  // advance_loc2
        advance(program->number(2));
        return true;
      case 0x04:  // advance_loc4
        advance(program->number(4));
        return true;
      case 0x0a:  // remember_state
        if (remembered_ == kMostRemembered) return false;
        memory_[remembered_++] = row_;
        return true;
      case 0x0b:  // restore_state
        if (remembered_ == 0) return false;
        row_ = memory_[--remembered_];
        return true;
      case 0x2e:  // GNU_args_size
        program->uleb();
        return true;
      default:
        return instruction >= 0x0c && instruction <= 0x13 && instruction != 0x10 && instruction != 0x11
                   ? define_cfa(instruction, program)
                   : define_column(instruction, program);
    }
  }

  bool define_cfa(u64 instruction, TableCursor* program) {
    switch (instruction) {
      case 0x0c:  // def_cfa
        row_.cfa_register = program->uleb();
        row_.cfa_offset = static_cast<i64>(program->uleb());
        return true;
      case 0x0d:  // def_cfa_register
        row_.cfa_register = program->uleb();
        return true;
      case 0x0e:  // def_cfa_offset
        row_.cfa_offset = static_cast<i64>(program->uleb());
        return true;
      case 0x0f:  // def_cfa_expression
        row_.cfa_register = kComputed;
        program->skip(program->uleb());
        return true;
      case 0x12:  // def_cfa_sf
        row_.cfa_register = program->uleb();
        row_.cfa_offset = program->sleb() * common_.data_factor;
        return true;
      default:  // 0x13, def_cfa_offset_sf
        row_.cfa_offset = program->sleb() * common_.data_factor;
        return true;
    }
  }

  bool define_column(u64 instruction, TableCursor* program) {
    const u64 number = program->uleb();
    switch (instruction) {
      case 0x05:  // offset_extended
        save(number, static_cast<i64>(program->uleb()) * common_.data_factor);
        return true;
      case 0x06:  // restore_extended
        restore(number);
        return true;
      case 0x08:  // same_value
        set(number, {Column::Where::kUnchanged, 0});
        return true;
      case 0x07:  // undefined
        set(number, {Column::Where::kElsewhere, 0});
        return true;
      case 0x09:  // register
      case 0x14:  // val_offset
      case 0x15:  // val_offset_sf
        program->uleb();
        set(number, {Column::Where::kElsewhere, 0});
        return true;
      case 0x10:  // expression
      case 0x16:  // val_expression
        program->skip(program->uleb());
        set(number, {Column::Where::kElsewhere, 0});
        return true;
      case 0x11:  // offset_extended_sf
        save(number, program->sleb() * common_.data_factor);
        return true;
      default:
        return false;
    }
  }

  void advance(u64 units) {
    location_ += units * common_.code_factor;
    reached_ = location_ > code_;
  }

  void save(u64 number, i64 offset) { set(number, {Column::Where::kSaved, offset}); }

  void set(u64 number, Column column) {
    if (number == kRbp) row_.bp = column;
    if (number == kReturnAddress) row_.return_address = column;
  }

  void restore(u64 number) {
    if (number == kRbp) row_.bp = initial_.bp;
    if (number == kReturnAddress) row_.return_address = initial_.return_address;
  }

  const Common& common_;
  u64 code_;
  u64 location_ = 0;
  bool reached_ = false;
  u32 remembered_ = 0;
  Row row_{kComputed, 0, {Column::Where::kUnchanged, 0}, {Column::Where::kElsewhere, 0}};
  Row initial_ = row_;
  Row memory_[kMostRemembered];
};

Rule plain_rule(const Row& row) {
  const bool from_bp = row.cfa_register == kRbp;
  if (!from_bp && row.cfa_register != kRsp) return Rule();
  const u64 offset = static_cast<u64>(row.cfa_offset);
  if (offset % 8 != 0 || offset > Rule::kLargestOffset) return Rule();
  if (row.return_address.where != Column::Where::kSaved || row.return_address.offset != -8) return Rule();
  if (row.bp.where == Column::Where::kUnchanged) return Rule::plain(from_bp, offset, Rule::kBpUnchanged);
  const u64 bp_offset = static_cast<u64>(-row.bp.offset);
  const bool fits = row.bp.where == Column::Where::kSaved && bp_offset > Rule::kBpUnchanged && bp_offset % 8 == 0 &&
                    bp_offset <= Rule::kLargestBpOffset;
  return fits ? Rule::plain(from_bp, offset, bp_offset) : Rule();
}

// The entry of .eh_frame that the sorted table names for `code`: the last function that starts at or before it.
bool find_entry(ObjectReader* reader, const SortedTable& table, u64 code, u64* start, u64* entry) {
  const auto field = [&](u64 number, u64 offset, u64* address) {
    u32 word;
    if (!reader->half_word(table.first() + number * SortedTable::kEntryBytes + offset, &word)) return false;
    *address = table.base + static_cast<u64>(static_cast<i64>(static_cast<int>(word)));
    return true;
  };
  u64 low = 0, high = table.entries;
  while (low < high) {
    const u64 middle = low + (high - low) / 2;
    u64 candidate;
    if (!field(middle, 0, &candidate)) return false;
    if (candidate <= code) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low != 0 && field(low - 1, 0, start) && field(low - 1, 4, entry);
}

// Where the common entry of a function's entry is, and where the function's instructions begin.
bool open_function(TableCursor* entry, u64 start, u64 code, u64* common) {
  if (!open_entry(entry)) return false;
  const u64 reference = entry->at();
  *common = reference - entry->number(4);
  const u64 first = entry->at();
  const u64 begins = first + static_cast<u64>(entry->signed_number32());
  const u64 bytes = entry->number(4);
  entry->skip(entry->uleb());  // the augmentation's data: where the exception tables are
  return entry->ok() && *common != reference && begins == start && code - start < bytes;
}

}  // namespace

bool find_sorted_table(ObjectReader* reader, SortedTable* table) {
  constexpr u32 kVersionAndEncodings = 0x3b031b01;  // version 1, pcrel sdata4, udata4, datarel sdata4
  const u64 header = reader->object().eh_frame_hdr;
  u32 encodings;
  table->base = header;
  return header != 0 && reader->half_word(header, &encodings) && encodings == kVersionAndEncodings &&
         reader->half_word(header + 8, &table->entries);
}

Rule rule_from_tables(ObjectReader* reader, u64 code) {
  SortedTable table;
  u64 start, address, common_address;
  if (!find_sorted_table(reader, &table) || !find_entry(reader, table, code, &start, &address)) return Rule();
  TableCursor function(reader, address, address + kLongestEntry);
  Common common;
  if (!open_function(&function, start, code, &common_address) || !read_common(reader, common_address, &common)) {
    return Rule();
  }
  RowProgram program(common, code);
  if (!program.run(TableCursor(reader, common.program, common.end), 0)) return Rule();
  program.keep_as_initial();
  return program.run(function, start) ? plain_rule(program.row()) : Rule();
}

}  // namespace lw
