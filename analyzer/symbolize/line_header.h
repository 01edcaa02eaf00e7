// SPDX-License-Identifier: Apache-2.0
// The head of a line table: what its program needs to know before it runs.
#pragma once

#include <array>

#include "analyzer/symbolize/line_table.h"

namespace lw {

struct LineTable::Header {
  uint16_t version = 0;
  bool is_64_bit = false;  // the table's own format, not the machine's
  uint8_t instruction_bytes = 1;
  int8_t line_base = 0;
  uint8_t line_range = 1;
  uint8_t opcode_base = 1;
  std::array<uint8_t, 256> argument_counts{};  // by opcode
};

}  // namespace lw
