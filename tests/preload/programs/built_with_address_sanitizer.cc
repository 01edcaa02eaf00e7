// flags: -fsanitize=address
// SPDX-License-Identifier: Apache-2.0
// An ASan-built target has an allocator and an unwinder that do not share: one sentence, and it runs on as without
// us. With an argument it makes the error that ASan is there to find.
#include "expect.h"

#include <string>
#include <vector>

int main(int count, char**) {
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; i++) texts.push_back(std::string(static_cast<size_t>(i), 'x'));
  printf("%zu texts\n", texts.size());
  fflush(stdout);
  char* block = static_cast<char*>(keep(malloc(100)));
  int beyond = count > 1 ? static_cast<volatile char*>(block)[keep_size(104)] : 0;
  free(block);
  return beyond;
}
