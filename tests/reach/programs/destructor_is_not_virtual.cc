// flags: -Wno-delete-non-virtual-dtor
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "twins.h"

struct Careless {
  virtual int area() const { return 0; }
};
struct Careful {
  virtual int area() const { return 0; }
  virtual ~Careful() = default;
};

template <class Shape>
struct Polygon : Shape {
  std::unique_ptr<int[]> corners;
  Polygon() : corners(new int[30]) {}  // LOST
};

template <class Shape>
__attribute__((noinline)) static void draw() {
  Shape* shape = new Polygon<Shape>;
  asm volatile("" : "+r"(shape));
  delete shape;
}

int main(int argc, char** argv) {
  for (int i = 0; i < kTimes; ++i) is_bad(argc, argv) ? draw<Careless>() : draw<Careful>();
}
