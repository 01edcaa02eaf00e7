// SPDX-License-Identifier: Apache-2.0
// Each kind of unwind table entry, and the rule that is made of it.
#include "interposer/cold/rule_learn.h"

#include <dlfcn.h>

#include <cstring>
#include <string>

#include "interposer/cold/rule_objects.h"
#include "tests/unit/unwind/stacks.h"

// Never run. Each label is an address at which the tables say something else.
asm(R"(
  .text
  .balign 16
  .type lw_test_rules, @function
lw_test_rules:
  .cfi_startproc
lw_test_entry:
  nop
  .cfi_def_cfa_offset 48
lw_test_rsp:
  nop
  .cfi_offset %rbp, -24
lw_test_rsp_rbp_saved:
  nop
  .cfi_remember_state
  .cfi_def_cfa %rbp, 16
  .cfi_offset %rbp, -16
lw_test_rbp:
  nop
  .cfi_def_cfa_offset 0x7ffff8
lw_test_largest:
  nop
  .cfi_def_cfa_offset 0x800000
lw_test_too_large:
  nop
  .cfi_restore_state
  .cfi_def_cfa_offset 20
lw_test_odd_offset:
  nop
  .cfi_def_cfa_offset 512
  .cfi_offset %rbp, -248
lw_test_rbp_far:
  nop
  .cfi_offset %rbp, -256
lw_test_rbp_too_far:
  nop
  .cfi_register %rbp, %rbx
lw_test_rbp_in_rbx:
  nop
  .cfi_val_offset %rbp, -16
lw_test_rbp_computed:
  nop
  .cfi_same_value %rbp
  .cfi_def_cfa %rbx, 16
lw_test_rbx:
  nop
  # CFA = *(rbp - 40), rbp saved at rbp: what gcc writes for over-aligned frames
  .cfi_escape 0x0f, 3, 0x76, 0x58, 0x06
  .cfi_escape 0x10, 6, 2, 0x76, 0
lw_test_aligned:
  nop
  # the same, but rbp unchanged
  .cfi_same_value %rbp
lw_test_aligned_rbp_unchanged:
  nop
  # CFA = (rsp & -16) + 16
  .cfi_escape 0x0f, 7, 0x77, 0, 0x09, 0xf0, 0x1a, 0x23, 0x10
lw_test_mask:
  nop
  # CFA = (rbp & -32) + 64
  .cfi_escape 0x0f, 7, 0x76, 0, 0x09, 0xe0, 0x1a, 0x23, 0x40
lw_test_mask_rbp:
  nop
  # CFA = rsp + 8 + ((rip & 15) >= 11) * 8: what linkers write for PLT entries
  .cfi_escape 0x0f, 11, 0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22
  .balign 16
lw_test_plt:
  .skip 11, 0x90
lw_test_plt_pushed:
  nop
  .cfi_def_cfa %rsp, 16
  .cfi_offset %rip, -16
lw_test_return_address_elsewhere:
  nop
  .cfi_undefined %rip
lw_test_outermost:
  nop
  .cfi_endproc
  .size lw_test_rules, . - lw_test_rules
  .skip 63, 0x90
  call lw_test_no_tables
lw_test_no_tables:
  .skip 16, 0x90
)");

#define LW_RULE_AT(label)                             \
  []() -> ::lw::Rule {                                \
    ::lw::u64 address;                                \
    asm("leaq " label "(%%rip), %0" : "=r"(address)); \
    return ::lw::learn_rule(address + 1);             \
  }()

namespace lw {

TEST_CASE("tables that speak of rsp, rbp and constants become plain rules") {
  start_unwinder();
  REQUIRE(LW_RULE_AT("lw_test_entry") == Rule::plain(false, 8, Rule::kBpUnchanged));
  REQUIRE(LW_RULE_AT("lw_test_rsp") == Rule::plain(false, 48, Rule::kBpUnchanged));
  REQUIRE(LW_RULE_AT("lw_test_rsp_rbp_saved") == Rule::plain(false, 48, 24));
  REQUIRE(LW_RULE_AT("lw_test_rbp") == Rule::plain(true, 16, 16));
  REQUIRE(LW_RULE_AT("lw_test_largest") == Rule::plain(true, 0x7ffff8, 16));
  REQUIRE(LW_RULE_AT("lw_test_rbp_far") == Rule::plain(false, 512, 248));
}

TEST_CASE("a PLT entry's expression depends on the address alone and becomes a plain rule") {
  start_unwinder();
  REQUIRE(LW_RULE_AT("lw_test_plt") == Rule::plain(false, 8, Rule::kBpUnchanged));
  REQUIRE(LW_RULE_AT("lw_test_plt_pushed") == Rule::plain(false, 16, Rule::kBpUnchanged));
}

TEST_CASE("gcc's over-aligned frames have a kind of their own") {
  start_unwinder();
  REQUIRE(LW_RULE_AT("lw_test_aligned") == Rule::aligned(40));
}

TEST_CASE("what a rule cannot say is opaque") {
  start_unwinder();
  const Rule opaque = Rule::of(RuleKind::kOpaque);
  CHECK(LW_RULE_AT("lw_test_too_large") == opaque);
  CHECK(LW_RULE_AT("lw_test_odd_offset") == opaque);
  CHECK(LW_RULE_AT("lw_test_rbp_too_far") == opaque);
  CHECK(LW_RULE_AT("lw_test_rbp_in_rbx") == opaque);
  CHECK(LW_RULE_AT("lw_test_rbp_computed") == opaque);
  CHECK(LW_RULE_AT("lw_test_rbx") == opaque);
  CHECK(LW_RULE_AT("lw_test_aligned_rbp_unchanged") == opaque);
  CHECK(LW_RULE_AT("lw_test_mask") == opaque);
  CHECK(LW_RULE_AT("lw_test_mask_rbp") == opaque);
  CHECK(LW_RULE_AT("lw_test_return_address_elsewhere") == opaque);
}

TEST_CASE("code without tables is opaque, and what nobody has called is no code") {
  start_unwinder();
  REQUIRE(LW_RULE_AT("lw_test_no_tables - 1").kind() == RuleKind::kOpaque);
  REQUIRE(LW_RULE_AT("lw_test_no_tables").kind() == RuleKind::kNoCode);
  static const char data[64] = {};
  REQUIRE(learn_rule(reinterpret_cast<u64>(data + 32)).kind() == RuleKind::kNoCode);
}

TEST_CASE("an undefined return address is the end of the stack") {
  start_unwinder();
  REQUIRE(LW_RULE_AT("lw_test_outermost").kind() == RuleKind::kEnd);
}

TEST_CASE("a number that cannot be an address is no code") {
  start_unwinder();
  for (const u64 ip : {u64{0}, u64{1}, u64{4096}, u64{1} << 47, ~u64{0}, u64{0x10000}}) {
    REQUIRE(learn_rule(ip).kind() == RuleKind::kNoCode);
  }
}

TEST_CASE("a rule for code in no object is out of date when an object is there") {
  start_unwinder();
  const u64 in_object = reinterpret_cast<u64>(&learn_rule);
  const Rule before = Rule::of(RuleKind::kOpaque, true);
  REQUIRE(outdated(before, in_object));
  REQUIRE_FALSE(outdated(before, 0x10000));
  REQUIRE_FALSE(outdated(Rule::of(RuleKind::kOpaque, false), in_object));
  REQUIRE_FALSE(outdated(Rule::plain(true, 16, 16), in_object));
}

TEST_CASE("loading libunwind leaves exceptions to others, and none of its symbols visible") {
  start_unwinder();
  for (const char* name : {"_Unwind_RaiseException", "_Unwind_Resume", "_Unwind_Backtrace"}) {
    Dl_info owner;
    REQUIRE(dladdr(dlsym(RTLD_DEFAULT, name), &owner) != 0);
    REQUIRE(std::string(owner.dli_fname).find("libunwind") == std::string::npos);
  }
  for (const char* name : {"_Ux86_64_step", "_ULx86_64_step", "unw_backtrace"}) {
    REQUIRE(dlsym(RTLD_DEFAULT, name) == nullptr);
  }
}

TEST_CASE("the list of objects, for an older glibc, says the same as glibc's own search") {
  start_unwinder();
  list_objects();
  u64 vdso_or_libc = 0;
  for (const u64 address : {reinterpret_cast<u64>(&learn_rule), reinterpret_cast<u64>(&std::strlen),
                            reinterpret_cast<u64>(dlsym(RTLD_DEFAULT, "_dl_find_object")),
                            reinterpret_cast<u64>(dlsym(RTLD_DEFAULT, "_Unwind_Resume"))}) {
    LoadedObject listed{}, found{};
    REQUIRE(find_listed_object(address, &listed));
    REQUIRE(find_object(address, &found));
    REQUIRE(listed.eh_frame_hdr == found.eh_frame_hdr);
    REQUIRE(listed.start <= address);
    REQUIRE(address < listed.end);
    vdso_or_libc = address;
  }
  LoadedObject none;
  REQUIRE_FALSE(find_listed_object(16, &none));
  REQUIRE(vdso_or_libc != 0);
}

TEST_CASE("an object is read as far as its tables reach, and its holes do not fault") {
  start_unwinder();
  LoadedObject object;
  REQUIRE(find_object(reinterpret_cast<u64>(&learn_rule), &object));
  ObjectReader reader(object);
  u64 word = 0;
  REQUIRE(reader.word(object.start, &word));
  REQUIRE(static_cast<u32>(word) == 0x464c457f);  // "\177ELF"
  REQUIRE_FALSE(reader.word(object.start + 4, &word));
  REQUIRE_FALSE(reader.word((object.eh_frame_hdr & ~7ULL) + (1ULL << 31), &word));
  REQUIRE_FALSE(reader.word((object.eh_frame_hdr & ~7ULL) - (1ULL << 31) - 8, &word));
  for (u64 address = object.start; address < object.end + (1 << 20); address += kPageBytes) reader.word(address, &word);
}

TEST_CASE("tables outside of the range that glibc gives for an address are read all the same") {
  start_unwinder();
  LoadedObject object;
  const u64 address = reinterpret_cast<u64>(&learn_rule);
  REQUIRE(find_object(address, &object));
  object.start = page_of(address);  // as for an executable with holes between its segments
  object.end = object.start + kPageBytes;
  ObjectReader reader(object);
  u32 encodings = 0;
  REQUIRE(reader.half_word(object.eh_frame_hdr, &encodings));
  REQUIRE(encodings == 0x3b031b01);
}

}  // namespace lw
