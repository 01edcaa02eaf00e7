// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "twins.h"

struct Node {
  Node* next;
  char content[40];
};

static Node* volatile g_head;

__attribute__((noinline)) static Node* prepend(Node* head) {
  Node* node = static_cast<Node*>(std::malloc(sizeof(Node)));  // LOST
  node->next = head;
  return node;
}

int main(int argc, char** argv) {
  for (int i = 0; i < kTimes; ++i) g_head = prepend(g_head);
  if (is_bad(argc, argv)) g_head = nullptr;
}
