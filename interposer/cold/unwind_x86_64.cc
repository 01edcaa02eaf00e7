// SPDX-License-Identifier: Apache-2.0
// Reading machine code for evidence, where there are no unwind tables.
#include "interposer/cold/unwind_x86_64.h"

#include "interposer/cold/unwind_memory.h"

namespace lw {
namespace {

constexpr u64 kPrologueReach = 8192;
constexpr u64 kLargestFunction = 65536;
constexpr u32 kEndbr64 = 0xfa1e0ff3;

// push rbp; mov rbp, rsp in both encodings: 55 48 89 e5 (GNU as, gcc, V8) and 55 48 8b ec (HotSpot, .NET).
bool starts_frame(u32 code) { return code == 0xe5894855 || code == 0xec8b4855; }

bool is_code_address(u64 address) { return address >= kPageBytes && address >> kAddressBits == 0; }

// The eight bytes from `address` on, the first one lowest.
bool read_code(u64 address, ProbedPages* pages, u64* code) {
  if (!is_code_address(address) || !pages->readable(address) || !pages->readable(address + 7)) return false;
  *code = load_word(address);
  return true;
}

// Length of `ff /2`, an indirect call, with this ModRM byte.
u32 indirect_call_bytes(u64 modrm) {
  const u64 mode = modrm >> 6;
  const u64 register_or_memory = modrm & 7;
  if (mode == 3) return 2;
  const u32 with_sib = register_or_memory == 4 ? 3 : 2;
  if (mode == 1) return with_sib + 1;
  if (mode == 2 || register_or_memory == 5) return with_sib + 4;
  return with_sib;
}

// `before` holds the eight bytes before a return address.
bool ends_in_direct_call(u64 before) { return (before >> 24 & 0xff) == 0xe8; }
bool ends_in_indirect_call(u64 before) {
  for (u32 bytes = 2; bytes <= 7; ++bytes) {
    const u64 opcode = before >> 8 * (8 - bytes) & 0xff;
    const u64 modrm = before >> 8 * (9 - bytes) & 0xff;
    if (opcode == 0xff && (modrm >> 3 & 7) == 2 && indirect_call_bytes(modrm) == bytes) return true;
  }
  return false;
}

bool is_jump(u64 address, ProbedPages* pages) {
  u64 code;
  if (!read_code(address, pages, &code)) return false;
  if (static_cast<u32>(code) == kEndbr64) code >>= 32;
  if ((code & 0xff) == 0xf2) code >>= 8;  // bnd
  return (code & 0xff) == 0xe9 || (code & 0xffff) == 0x25ff;
}

}  // namespace

bool follows_call(u64 return_address) {
  ProbedPages pages;
  u64 before;
  return is_code_address(return_address) && read_code(return_address - 8, &pages, &before) &&
         (ends_in_direct_call(before) || ends_in_indirect_call(before));
}

bool call_may_lead_to(u64 return_address, u64 ip) {
  ProbedPages pages;
  u64 before;
  if (!is_code_address(return_address) || !read_code(return_address - 8, &pages, &before)) return false;
  if (ends_in_indirect_call(before)) return true;
  if (!ends_in_direct_call(before)) return false;
  const u64 target = return_address + static_cast<u64>(static_cast<i64>(static_cast<int>(before >> 32)));
  return ip - target <= kLargestFunction || is_jump(target, &pages);
}

bool is_prologue(u64 address) {
  ProbedPages pages;
  return pages.readable(address) && pages.readable(address + 3) && starts_frame(load_half_word(address));
}

u64 distance_to_prologue(u64 ip, u64 limit) {
  ProbedPages pages;
  if (!pages.readable(ip - 1)) return 0;
  if (limit + kPrologueReach < ip) limit = ip - kPrologueReach;
  for (u64 at = ip - 4; at >= limit && pages.readable(at); --at) {
    if (starts_frame(load_half_word(at))) return ip - at;
  }
  return 0;
}

}  // namespace lw
