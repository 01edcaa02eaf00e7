// SPDX-License-Identifier: Apache-2.0
// glibc's backtrace() and a stack walk of the program's own while we walk as well: depths as without us.
#include "expect.h"

#include <execinfo.h>
#include <unwind.h>

static _Unwind_Reason_Code count_frame(_Unwind_Context*, void* count) {
  keep(malloc(100));
  ++*static_cast<int*>(count);
  return _URC_NO_REASON;
}

__attribute__((noinline)) static int nested(int depth) {
  if (depth > 0) return nested(depth - 1) + static_cast<int>(keep_size(0));
  void* frames[256];
  int by_libgcc = 0;
  free(keep(malloc(3000)));
  int by_glibc = backtrace(frames, 256);
  _Unwind_Backtrace(count_frame, &by_libgcc);
  char** names = backtrace_symbols(frames, by_glibc);
  EXPECT(names != nullptr);
  free(names);
  return by_glibc * 1000 + by_libgcc;
}

int main() {
  for (int i = 0; i < 50; i++) printf("%d\n", nested(i));
  return g_broken_promises;
}
