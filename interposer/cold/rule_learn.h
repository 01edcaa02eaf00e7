// SPDX-License-Identifier: Apache-2.0
// Works out the unwind rule of an address that the cache does not have: from the tables, where they are as usual
// (rule_tables.h), else by asking libunwind. The door to libunwind.
#pragma once

#include "interposer/cold/rule_gate.h"
#include "interposer/cold/rule_objects.h"
#include "interposer/cold/rule_word.h"

namespace lw {

// Loads libunwind. Returns nullptr, or a sentence that says why not.
const char* learn_start();

// The rule for a frame whose return address is `ip`. kNone: not now. Any other answer holds as long as the code at the
// address does. Keeps errno.
Rule learn_rule(u64 ip);

// The same by libunwind alone, for an address in a loaded object: all rules there are, and the judge of those that are
// read without it. kNone: not now. Some microseconds.
Rule rule_from_libunwind(const LoadedObject& object, u64 ip);

// Nobody says when code outside of loaded objects comes and goes. Is such a rule out of date, because there is an
// object at the address now, or no prologue any more?
bool outdated(Rule rule, u64 ip);

// The gate that learn_rule passes.
LibraryGate* library_gate();

}  // namespace lw
