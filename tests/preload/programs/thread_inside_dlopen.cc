// SPDX-License-Identifier: Apache-2.0
// A constructor that starts a thread and joins it runs under dlopen's lock. If a new thread's first sample needs
// that lock (dlsym, dladdr, the unwinder's loading), neither ever comes back.
#include "expect.h"

#include "plugin_common.h"

int main() {
  for (int i = 0; i < 10; i++) dlclose(open_plugin("plugin_starts_a_thread", RTLD_NOW));
  puts("loaded");
  return 0;
}
