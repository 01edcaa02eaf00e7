// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <stdexcept>

#include "twins.h"

__attribute__((noinline)) static void connect(const void* with) {
  asm volatile("" : : "r"(with) : "memory");
  throw std::runtime_error("nobody there");
}

struct Careless {
  char* buffer;
  Careless() : buffer(new char[200]) { connect(&buffer); }  // LOST
  ~Careless() { delete[] buffer; }
};

struct Careful {
  std::unique_ptr<char[]> buffer;
  Careful() : buffer(new char[200]) { connect(&buffer); }
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
