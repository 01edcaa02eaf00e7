// SPDX-License-Identifier: Apache-2.0
// One thread sits inside dl_iterate_phdr, holding the loader's lock, until another has allocated from places never
// seen before. An unwinder that asks the loader about a new address waits for a lock whose owner waits for it.
#include "expect.h"

#include <link.h>

#include <atomic>
#include <thread>
#include <utility>

static std::atomic<bool> lock_is_held{false}, allocated{false};

template <int kPlace>
__attribute__((noinline)) static void allocate_at_a_place_of_its_own() {
  volatile char frame[64 + kPlace * 16] = {};
  free(keep(malloc(9000 + kPlace + frame[0])));
}
template <int... kPlaces>
static void allocate_at_new_places(std::integer_sequence<int, kPlaces...>) {
  (allocate_at_a_place_of_its_own<kPlaces>(), ...);
}

int main() {
  std::thread allocates([] {
    while (!lock_is_held) std::this_thread::yield();
    allocate_at_new_places(std::make_integer_sequence<int, 60>());
    free(keep(malloc(kWitness + 1)));
    allocated = true;
  });
  auto hold = [](dl_phdr_info*, size_t, void*) {
    lock_is_held = true;
    while (!allocated) std::this_thread::yield();
    return 1;
  };
  dl_iterate_phdr(hold, nullptr);
  allocates.join();
  keep(malloc(kWitness + 2));
  puts("no deadlock");
  return 0;
}
