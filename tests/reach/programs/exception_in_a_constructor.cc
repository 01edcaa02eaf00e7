// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <stdexcept>

#include "twins.h"

[[noreturn]] __attribute__((noinline)) static void connect() { throw std::runtime_error("nobody there"); }

// The optimiser may leave out an allocation that nobody looks at.
static char* keep(char* block) {
  asm volatile("" : "+r"(block) : : "memory");
  return block;
}

struct Careless {
  char* buffer;
  Careless() : buffer(keep(new char[200])) { connect(); }  // LOST
  ~Careless() { delete[] buffer; }
};

struct Careful {
  std::unique_ptr<char[]> buffer;
  Careful() : buffer(keep(new char[200])) { connect(); }
};

template <class Connection>
__attribute__((noinline)) static void attempt() {
  try {
    Connection connection;
  } catch (const std::runtime_error&) {
  }
}

int main(int argc, char** argv) {
  for (int i = 0; i < kTimes; ++i) is_bad(argc, argv) ? attempt<Careless>() : attempt<Careful>();
}
