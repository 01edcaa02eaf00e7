// SPDX-License-Identifier: Apache-2.0
// Which loaded object an address belongs to, found without the loader's lock, and reading inside of it.
#pragma once

#include "interposer/cold/unwind_memory.h"

namespace lw {

struct LoadedObject {
  u64 start;  // of the object, or only of the segment with the address: an executable with holes is given in parts
  u64 end;
  u64 eh_frame_hdr;  // address of its table of unwind tables; 0: it has none
};

// Call once, on the thread that initialises the process. glibc 2.35 and later have _dl_find_object, which is
// lock-free and async-signal-safe. With an older one the objects are listed now, and code that is loaded later stays
// unknown: stacks end there.
void objects_start();
bool find_object(u64 address, LoadedObject* object);

// What the two above come down to with an older glibc.
void list_objects();
bool find_listed_object(u64 address, LoadedObject* object);

// Reads an object's tables. These can be wrong, and objects have holes between their segments; so it reads only what
// can be read, and only where a table's 32-bit offsets from its header reach.
class ObjectReader {
 public:
  explicit ObjectReader(const LoadedObject& object) : object_(object) {}

  // This byte, and with it its page. The kernel is asked about each page of an object's tables once.
  bool readable(u64 address) const;

  bool word(u64 address, u64* value) const {
    if (address % 8 != 0 || !readable(address)) return false;
    *value = load_word(address);
    return true;
  }

  bool half_word(u64 address, u32* value) const {
    if (address % 4 != 0 || !readable(address)) return false;
    *value = load_half_word(address);
    return true;
  }

  const LoadedObject& object() const { return object_; }

 private:
  LoadedObject object_;
};

// Something was unloaded: its tables, which lie elsewhere than its code, may not be readable any more. The kernel is
// asked anew about all pages.
void forget_table_pages();

}  // namespace lw
