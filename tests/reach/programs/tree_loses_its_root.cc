// SPDX-License-Identifier: Apache-2.0
#include "twins.h"

struct Tree {
  Tree *left, *right;
  long key;
};

static Tree* volatile g_root;

__attribute__((noinline)) static Tree* grow(int depth) {
  if (depth == 0) return nullptr;
  Tree* left = grow(depth - 1);
  Tree* right = grow(depth - 1);
  return new Tree{left, right, depth};  // LOST
}

int main(int argc, char** argv) {
  g_root = grow(6);
  if (is_bad(argc, argv)) g_root = nullptr;
}
