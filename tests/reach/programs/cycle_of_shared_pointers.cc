// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "twins.h"

struct Peer {
  std::shared_ptr<Peer> other;
  std::weak_ptr<Peer> weak_other;
};

__attribute__((noinline)) static void meet(bool bad) {
  std::shared_ptr<Peer> a(new Peer);  // LOST
  std::shared_ptr<Peer> b(new Peer);
  a->other = b;
  if (bad) {
    b->other = a;
  } else {
    b->weak_other = a;
  }
}

int main(int argc, char** argv) {
  for (int i = 0; i < kTimes; ++i) meet(is_bad(argc, argv));
}
