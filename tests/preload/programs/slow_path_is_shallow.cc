// SPDX-License-Identifier: Apache-2.0
// A handler on a sigaltstack of the usual 8 KiB may allocate, and the kernel's frame alone takes up to 3.5 of them. How
// far does the slow path reach down, with a stack never seen before, a library loaded since, and everything due?
#include "expect.h"

#include "plugin_common.h"

#include <ucontext.h>

static const size_t kStackBytes = 256 << 10;
static const unsigned char kPaint = 0xa5;
static ucontext_t back, there;
static void* (*plugin_malloc)(size_t);

template <int kPlace>
__attribute__((noinline)) static void allocate_at_a_place_of_its_own() {
  free(keep(malloc(3000 + kPlace)));
  free(keep(plugin_malloc(30000 + kPlace)));
}

static void run() {
  allocate_at_a_place_of_its_own<1>();
  usleep(20000);  // a point of the memory log and a snapshot become due
  allocate_at_a_place_of_its_own<2>();
  usleep(20000);
  allocate_at_a_place_of_its_own<3>();
}

int main() {
  for (int i = 0; i < 1000; i++) free(keep(malloc(static_cast<size_t>(i) * 10)));
  auto* stack = static_cast<unsigned char*>(malloc(kStackBytes));
  memset(stack, kPaint, kStackBytes);
  void* plugin = open_plugin("plugin_one", RTLD_NOW);
  plugin_malloc = reinterpret_cast<void* (*)(size_t)>(dlsym(plugin, "plugin_malloc"));
  getcontext(&there);
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = kStackBytes;
  there.uc_link = &back;
  makecontext(&there, run, 0);
  swapcontext(&back, &there);
  size_t untouched = 0;
  while (stack[untouched] == kPaint) untouched++;
  EXPECT(kStackBytes - untouched <=
         6144);  // 3.1 KiB of them are the loader's, for binding a function at its first call
  free(stack);
  puts("looked");
  return g_broken_promises;
}
