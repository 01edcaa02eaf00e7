// SPDX-License-Identifier: Apache-2.0
// operator new calls the new_handler until it succeeds or the handler gives up. Serving `new` from malloc skips the
// handler; calling it from inside our guard mutes whatever the handler allocates.
#include "expect.h"

#include <cstdint>
#include <new>

static int calls;
static void give_up_after_three() {
  keep(operator new(kWitness + 1));
  if (++calls % 3 == 0) throw std::bad_alloc();
}
static void resign() {
  calls++;
  std::set_new_handler(nullptr);
}

int main() {
  const size_t absurd = keep_size(SIZE_MAX - 70000);
  std::set_new_handler(give_up_after_three);
  try {
    keep(operator new(absurd));
  } catch (const std::bad_alloc&) {
    printf("plain: %d calls\n", calls);
  }
  try {
    keep(operator new[](absurd, std::align_val_t{128}));
  } catch (const std::bad_alloc&) {
    printf("aligned: %d calls\n", calls);
  }
  EXPECT(keep(operator new(absurd, std::nothrow)) == nullptr);
  printf("nothrow: %d calls\n", calls);
  std::set_new_handler(resign);
  EXPECT(keep(operator new[](absurd, std::nothrow)) == nullptr);
  printf("resigned: %d calls\n", calls);
  keep(operator new(kWitness + 2));
  return g_broken_promises;
}
