// flags: -fsanitize=thread
// SPDX-License-Identifier: Apache-2.0
// As built_with_address_sanitizer, for TSan.
#include "expect.h"

#include <string>
#include <thread>

int main() {
  size_t length = 0;
  std::thread thread([&] {
    for (int i = 0; i < 1000; i++) length += std::string(static_cast<size_t>(i), 'x').size();
  });
  thread.join();
  printf("%zu\n", length);
  return 0;
}
