// flags: -Wno-alloc-size-larger-than
// SPDX-License-Identifier: Apache-2.0
// bad_alloc flies through leakwatch's frames. A guard against re-entry that is still set after that keeps the thread
// mute for the rest of its life: the witnesses at the end would be missing.
#include "expect.h"

#include <cstdint>
#include <new>
#include <vector>

template <class Attempt>
static void refused(const char* form, Attempt attempt) {
  const char* outcome = "returned";
  try {
    if (keep(attempt()) == nullptr) outcome = "returned null";
  } catch (const std::bad_array_new_length&) {
    outcome = "threw bad_array_new_length";
  } catch (const std::bad_alloc&) {
    outcome = "threw bad_alloc";
  }
  printf("%s: %s\n", form, outcome);
}

int main() {
  const size_t absurd = keep_size(SIZE_MAX - 5000);
  const std::align_val_t k64{64};
  for (int i = 0; i < 3; i++) {
    refused("new", [&] { return operator new(absurd); });
    refused("new[]", [&] { return operator new[](absurd); });
    refused("nothrow new", [&] { return operator new(absurd, std::nothrow); });
    refused("nothrow new[]", [&] { return operator new[](absurd, std::nothrow); });
    refused("aligned new", [&] { return operator new(absurd, k64); });
    refused("aligned new[]", [&] { return operator new[](absurd, k64); });
    refused("aligned nothrow new", [&] { return operator new(absurd, k64, std::nothrow); });
    refused("int[]", [&] { return new int[keep_size(SIZE_MAX / 2)]; });
    keep(operator new(kWitness + 1));
    keep(malloc(kWitness + 2));
  }
  return 0;
}
