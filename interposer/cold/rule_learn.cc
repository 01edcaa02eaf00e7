// SPDX-License-Identifier: Apache-2.0
// Asks libunwind for a rule by letting it unwind one frame of a machine that does not exist.
//
// libunwind's remote interface unwinds any process for which it is given functions that read registers and memory.
// We give it a machine with recognisable values instead of a process: rsp is A, rbp is B, and a word read from
// a stack address x holds x + kLoaded. All these numbers lie outside of the address space, so they cannot be
// confused with real addresses, and arithmetic on them shows. After one step the caller's registers tell how they
// were made:
//   rsp = A + 48                       the CFA is rsp + 48
//   rsp = B + 16                       the CFA is rbp + 16
//   rsp = B - 40 + kLoaded             the CFA is stored at rbp - 40
//   rip = rsp - 8 + kLoaded            the return address is below the CFA, as it must be
//   rbp = B                            rbp was not touched
//   rbp = rsp - 16 + kLoaded           rbp is saved at CFA - 16
// At first A and B are odd, although no real stack pointer is: a rule that aligns (an expression with a mask in it)
// clears the lowest bit, which leaves an odd offset, and the rule is not taken for one of the above. Rules that load
// (the third line, and signal frames) need a second attempt with even values, because libunwind puts words from
// odd addresses together byte by byte. Everything else that libunwind reads is in the unwind tables of the object the
// address belongs to; those reads are real, and bounded by ObjectReader.
#include "interposer/cold/rule_learn.h"

#include <dlfcn.h>
#include <libunwind-x86_64.h>

#include "interposer/cold/library_pipe.h"
#include "interposer/cold/rule_objects.h"
#include "interposer/cold/rule_tables.h"
#include "interposer/platform/keep_errno.h"

// Exported for debuggers and profilers like this one, but in no public header.
extern "C" int _Ux86_64_dwarf_search_unwind_table(unw_addr_space_t, unw_word_t, unw_dyn_info_t*, unw_proc_info_t*, int,
                                                  void*);

namespace lw {
namespace {

constexpr const char* kLibrary = "libunwind-x86_64.so.8";

struct Library {
  decltype(&unw_create_addr_space) create_addr_space;
  decltype(&unw_set_caching_policy) set_caching_policy;
  decltype(&unw_init_remote) init_remote;
  decltype(&unw_step) step;
  decltype(&unw_get_reg) get_reg;
  decltype(&_Ux86_64_dwarf_search_unwind_table) search_unwind_table;
};

Library g_library;
unw_addr_space_t g_machine_space;
LibraryGate g_gate;

constexpr u64 kLoaded = 1ULL << 56;
constexpr u64 kImaginaryStack = 0x1000'0000'0000'1000;  // A
constexpr u64 kImaginaryFrame = 0x2000'0000'0000'2000;  // B
constexpr u64 kOtherRegister = 0x4000'0000'0000'0001;   // plus its number in the upper bits

struct Registers {
  u64 ip;
  u64 sp;
  u64 bp;
};

struct ImaginaryMachine {
  ObjectReader reader;
  Registers now = {};
  bool has_tables = false;  // libunwind found the function in the tables
  u64 tables_end = 0;       // if not: where the last function before it ends that is in the tables
};

bool is_imaginary(u64 address) { return address >> kAddressBits != 0; }

int access_register(unw_addr_space_t, unw_regnum_t number, unw_word_t* value, int write, void* argument) {
  if (write != 0) return -UNW_EREADONLYREG;
  const Registers& now = static_cast<const ImaginaryMachine*>(argument)->now;
  switch (number) {
    case UNW_TDEP_IP:
      *value = now.ip;
      break;
    case UNW_TDEP_SP:
      *value = now.sp;
      break;
    case UNW_TDEP_BP:
      *value = now.bp;
      break;
    default:
      *value = kOtherRegister + (static_cast<u64>(number) << 48);
  }
  return 0;
}

int access_memory(unw_addr_space_t, unw_word_t address, unw_word_t* value, int write, void* argument) {
  if (write != 0) return -UNW_EINVAL;
  if (is_imaginary(address)) {
    *value = address + kLoaded;
    return 0;
  }
  u64 word;
  if (!static_cast<ImaginaryMachine*>(argument)->reader.word(address, &word)) return -UNW_EINVAL;
  *value = word;
  return 0;
}

bool describe_table(ObjectReader* reader, unw_dyn_info_t* table) {
  SortedTable sorted;
  if (!find_sorted_table(reader, &sorted)) return false;
  *table = unw_dyn_info_t{};
  table->format = UNW_INFO_FORMAT_REMOTE_TABLE;
  table->start_ip = reader->object().start;
  table->end_ip = reader->object().end;
  table->u.rti.segbase = sorted.base;
  table->u.rti.table_data = sorted.first();
  table->u.rti.table_len = sorted.entries;  // counted in words of 8 bytes
  return true;
}

// Any error but UNW_ENOINFO ends the step; that one would make libunwind guess.
int find_tables(unw_addr_space_t space, unw_word_t code, unw_proc_info_t* found, int need_tables, void* argument) {
  auto* machine = static_cast<ImaginaryMachine*>(argument);
  unw_dyn_info_t table;
  if (!describe_table(&machine->reader, &table)) return -UNW_ESTOPUNWIND;
  found->end_ip = 0;
  if (g_library.search_unwind_table(space, code, &table, found, need_tables, argument) < 0) {
    machine->tables_end = found->end_ip;
    return -UNW_ESTOPUNWIND;
  }
  machine->has_tables = true;
  return 0;
}

void put_tables(unw_addr_space_t, unw_proc_info_t*, void*) {}
int no_dynamic_tables(unw_addr_space_t, unw_word_t*, void*) { return -UNW_ENOINFO; }

unw_accessors_t g_accessors = {find_tables,     put_tables, no_dynamic_tables, access_memory,
                               access_register, nullptr,    nullptr,           nullptr};

Rule plain_rule(const Registers& before, const Registers& after, bool from_bp) {
  const u64 offset = after.sp - (from_bp ? before.bp : before.sp);
  if (offset % 8 != 0) return Rule::of(RuleKind::kOpaque);
  if (after.bp == before.bp) return Rule::plain(from_bp, offset, Rule::kBpUnchanged);
  const u64 bp_offset = after.sp + kLoaded - after.bp;
  if (bp_offset <= Rule::kBpUnchanged || bp_offset % 8 != 0 || bp_offset > Rule::kLargestBpOffset) {
    return Rule::of(RuleKind::kOpaque);
  }
  return Rule::plain(from_bp, offset, bp_offset);
}

// See the table at the top of this file.
Rule read_off(const Registers& before, const Registers& after) {
  if (after.sp == before.sp + kSignalSp + kLoaded && after.bp == before.sp + kSignalBp + kLoaded &&
      after.ip == before.sp + kSignalIp + kLoaded) {
    return Rule::of(RuleKind::kSignal);
  }
  if (after.ip != after.sp - 8 + kLoaded) return Rule::of(RuleKind::kOpaque);
  if (after.sp - before.sp <= Rule::kLargestOffset) return plain_rule(before, after, false);
  if (after.sp - before.bp <= Rule::kLargestOffset) return plain_rule(before, after, true);
  const u64 below_bp = before.bp + kLoaded - after.sp;
  if (below_bp <= Rule::kLargestOffset && below_bp % 8 == 0 && after.bp == before.bp + kLoaded) {
    return Rule::aligned(below_bp);
  }
  return Rule::of(RuleKind::kOpaque);
}

Rule step_once(ImaginaryMachine* machine, const Registers& before) {
  machine->now = before;
  unw_cursor_t cursor;
  if (g_library.init_remote(&cursor, g_machine_space, machine) < 0) return Rule();
  const int outcome = g_library.step(&cursor);
  if (!machine->has_tables || outcome < 0) return Rule::of(RuleKind::kOpaque);
  if (outcome == 0) return Rule::of(RuleKind::kEnd);

  unw_word_t ip, sp, bp;
  if (g_library.get_reg(&cursor, UNW_TDEP_IP, &ip) < 0 || g_library.get_reg(&cursor, UNW_TDEP_SP, &sp) < 0 ||
      g_library.get_reg(&cursor, UNW_TDEP_BP, &bp) < 0) {
    return Rule::of(RuleKind::kOpaque);
  }
  return read_off(before, Registers{ip, sp, bp});
}

Rule learn_from_tables(ImaginaryMachine* machine, u64 code) {
  const Rule rule = step_once(machine, Registers{code, kImaginaryStack + 1, kImaginaryFrame + 1});
  if (rule.kind() != RuleKind::kOpaque || !machine->has_tables) return rule;
  const Rule loading = step_once(machine, Registers{code, kImaginaryStack, kImaginaryFrame});
  return loading.kind() == RuleKind::kPlain ? rule : loading;
}

// A return address that is the first instruction of a function, behind code that has no tables, was not left by
// a call: somebody put it there to have the function run when a coroutine returns (makecontext does). The end.
bool is_end_of_coroutine(ImaginaryMachine* machine, u64 ip) {
  unw_proc_info_t function;
  return find_tables(g_machine_space, ip, &function, 0, machine) == 0 && function.start_ip == ip;
}

// Without tables: what the machine code looks like. If nothing has been called there, it is not even code.
Rule learn_from_code(u64 ip, u64 limit, bool in_no_object) {
  if (!follows_call(ip)) return Rule::of(RuleKind::kNoCode);
  const u64 distance = distance_to_prologue(ip, limit);
  return distance != 0 ? Rule::frame_pointer(distance, in_no_object) : Rule::of(RuleKind::kOpaque, in_no_object);
}

Rule learn_in_object(const LoadedObject& object, u64 ip) {
  ImaginaryMachine machine{ObjectReader(object)};
  const Rule rule = learn_from_tables(&machine, ip - 1);
  if (machine.has_tables || !rule.known()) return rule;
  const u64 function_before_ends = machine.tables_end;
  if (is_end_of_coroutine(&machine, ip)) return Rule::of(RuleKind::kEnd);
  return learn_from_code(ip, function_before_ends, false);
}

template <typename Function>
bool find(void* library, const char* name, Function* function) {
  *function = reinterpret_cast<Function>(dlsym(library, name));
  return *function != nullptr;
}

bool find_all(void* library) {
  return find(library, "_Ux86_64_create_addr_space", &g_library.create_addr_space) &&
         find(library, "_Ux86_64_set_caching_policy", &g_library.set_caching_policy) &&
         find(library, "_Ux86_64_init_remote", &g_library.init_remote) &&
         find(library, "_Ux86_64_step", &g_library.step) && find(library, "_Ux86_64_get_reg", &g_library.get_reg) &&
         find(library, "_Ux86_64_dwarf_search_unwind_table", &g_library.search_unwind_table);
}

}  // namespace

const char* learn_start() {
  LibraryPipe closed_at_the_end;
  // Local: libunwind.so.8, which it needs, exports _Unwind_*; C++ programs must go on finding libgcc's.
  void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr || !find_all(library)) return dlerror();
  g_machine_space = g_library.create_addr_space(&g_accessors, 0);
  if (g_machine_space == nullptr) return "libunwind-x86_64.so.8: no memory for its address space";
  g_library.set_caching_policy(g_machine_space, UNW_CACHE_NONE);
  objects_start();
  // The first use initialises libunwind; it should not happen in a signal handler.
  const u64 here = reinterpret_cast<u64>(&learn_start) + 1;
  LoadedObject object;
  if (find_object(here, &object)) rule_from_libunwind(object, here);
  return nullptr;
}

Rule rule_from_libunwind(const LoadedObject& object, u64 ip) {
  if (!g_gate.enter(sys::process_id())) return Rule();
  const Rule rule = learn_in_object(object, ip);
  g_gate.leave();
  return rule;
}

Rule learn_rule(u64 ip) {
  if (ip <= kPageBytes || ip >> kAddressBits != 0) return Rule::of(RuleKind::kNoCode);
  KeepErrno keep;
  LoadedObject object;
  if (!find_object(ip - 1, &object)) return learn_from_code(ip, 0, true);
  ObjectReader reader(object);
  const Rule rule = rule_from_tables(&reader, ip - 1);
  return rule.known() ? rule : rule_from_libunwind(object, ip);
}

bool outdated(Rule rule, u64 ip) {
  LoadedObject object;
  if (!rule.in_no_object()) return false;
  if (find_object(ip - 1, &object)) return true;
  return rule.kind() == RuleKind::kFramePointer && !is_prologue(ip - rule.prologue_distance());
}

LibraryGate* library_gate() { return &g_gate; }

}  // namespace lw
