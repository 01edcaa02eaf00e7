// SPDX-License-Identifier: Apache-2.0
// Where the code of this very program is, for snapshots that were never taken and whose stacks shall have names.
#pragma once

#include <link.h>

#include <climits>
#include <cstdlib>
#include <string>

#include "snapshot/layout.h"

namespace lw::test {

struct OwnCode {
  u64 start = 0, end = 0, file_offset = 0;
};

inline OwnCode own_code() {
  OwnCode code;
  dl_iterate_phdr(
      [](dl_phdr_info* object, size_t, void* to) {
        for (int i = 0; i < object->dlpi_phnum; ++i) {
          const ElfW(Phdr)& header = object->dlpi_phdr[i];
          if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
          const u64 start = object->dlpi_addr + header.p_vaddr;
          *static_cast<OwnCode*>(to) = {start, start + header.p_memsz, header.p_offset};
        }
        return 1;  // the first object is the program
      },
      &code);
  return code;
}

inline std::string own_path() {
  char self[PATH_MAX];
  return realpath("/proc/self/exe", self);
}

}  // namespace lw::test
