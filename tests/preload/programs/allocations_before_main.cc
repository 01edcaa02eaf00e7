// SPDX-License-Identifier: Apache-2.0
// The first allocations of a process happen in .preinit_array, in constructors of libraries that may run before
// leakwatch's own, and in static initialisers. All of them go through doors whose state must be valid as zeros.
// The runner preloads early_constructor before and behind leakwatch.
#include "expect.h"

#include <dlfcn.h>

#include <map>
#include <string>

static void* preinit_block;
static void before_everything(int, char**, char**) {
  free(keep(malloc(kWitness + 1)));
  preinit_block = malloc(kWitness + 1);
}
__attribute__((section(".preinit_array"), used)) static void (*preinit)(int, char**, char**) = before_everything;

__attribute__((constructor(101))) static void first_constructor() { free(keep(calloc(3, kWitness / 3 + 1))); }
static std::map<int, std::string> table = [] {
  std::map<int, std::string> filled;
  for (int i = 0; i < 500; i++) filled[i] = std::string(static_cast<size_t>(i), 'x');
  return filled;
}();
static void* static_block = operator new(kWitness + 2);

int main() {
  free(preinit_block);
  keep(static_block);
  if (void* block = dlsym(RTLD_DEFAULT, "early_block")) free(*static_cast<void**>(block));
  printf("%zu\n", table.size() + table[499].size());
  return 0;
}
