// SPDX-License-Identifier: Apache-2.0
// All eight forms of operator new and the twelve of delete, each pair counted exactly once: libstdc++'s call malloc,
// those of other allocators do not, so a door too few is a phantom leak and one too many counts double.
#include "expect.h"

#include <cstdint>
#include <new>

static void* aligned(void* block, size_t alignment) {
  EXPECT(block != nullptr && reinterpret_cast<uintptr_t>(block) % alignment == 0);
  return keep(block);
}

int main() {
  const std::align_val_t k64{64}, k8192{8192};
  const size_t n = kWitness + 1;
  for (int i = 0; i < 20; i++) {
    operator delete(aligned(operator new(n), 16));
    operator delete(aligned(operator new(n), 16), n);
    operator delete(aligned(operator new(n, std::nothrow), 16), std::nothrow);
    operator delete[](aligned(operator new[](n), 16));
    operator delete[](aligned(operator new[](n), 16), n);
    operator delete[](aligned(operator new[](n, std::nothrow), 16), std::nothrow);
    operator delete(aligned(operator new(n, k64), 64), k64);
    operator delete(aligned(operator new(n, k8192), 8192), n, k8192);
    operator delete(aligned(operator new(n, k64, std::nothrow), 64), k64, std::nothrow);
    operator delete[](aligned(operator new[](n, k64), 64), k64);
    operator delete[](aligned(operator new[](n, k8192), 8192), n, k8192);
    operator delete[](aligned(operator new[](n, k64, std::nothrow), 64), k64, std::nothrow);
    operator delete(nullptr);
    operator delete[](nullptr, n, k64);
  }
  keep(operator new(kWitness + 2));
  keep(operator new[](kWitness + 3));
  keep(operator new(kWitness + 4, std::nothrow));
  keep(operator new[](kWitness + 5, std::nothrow));
  keep(operator new(kWitness + 6, k64));
  keep(operator new[](kWitness + 7, k64));
  keep(operator new(kWitness + 8, k8192, std::nothrow));
  keep(operator new[](kWitness + 9, k8192, std::nothrow));
  return g_broken_promises;
}
