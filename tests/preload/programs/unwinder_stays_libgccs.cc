// SPDX-License-Identifier: Apache-2.0
// Debian's libunwind exports _Unwind_* too. In the global scope it takes the place of libgcc's, with other ideas
// of a context, and C++ exceptions break. Nor may any of its other names become the program's.
#include "expect.h"

#include <dlfcn.h>
#include <string.h>

#include <initializer_list>

static void whose(const char* symbol) {
  Dl_info found{};
  void* address = dlsym(RTLD_DEFAULT, symbol);
  bool known = address != nullptr && dladdr(address, &found) != 0;
  const char* slash = known ? strrchr(found.dli_fname, '/') : nullptr;
  printf("%s: %s\n", symbol, !known ? "nobody's" : slash != nullptr ? slash + 1 : found.dli_fname);
}

int main() {
  for (int i = 0; i < 100; i++) keep(malloc(5000));  // until samples were taken
  try {
    throw 1;
  } catch (int) {
  }
  for (const char* symbol :
       {"_Unwind_RaiseException", "_Unwind_Resume", "_Unwind_Backtrace", "_Unwind_GetIP", "_Unwind_Find_FDE",
        "_Unwind_ForcedUnwind", "__register_frame", "backtrace", "unw_backtrace", "unw_step", "_ULx86_64_step",
        "_Ux86_64_getcontext", "unw_getcontext", "lzma_code", "_ULx86_64_init_local", "XXH64"}) {
    whose(symbol);
  }
  return 0;
}
