// SPDX-License-Identifier: Apache-2.0
// Holds so many MiB and writes to each page again and again: `rewrites_its_memory 128`. With a second argument it does
// so once in that many milliseconds.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

constexpr unsigned kBlockBytes = 16384, kPage = 4096;

int main(int, char** argv) {
  const unsigned count = static_cast<unsigned>(std::atoi(argv[1])) * (1 << 20) / kBlockBytes;
  const std::chrono::milliseconds pause(argv[2] ? std::atoi(argv[2]) : 0);
  static char volatile** blocks = static_cast<char volatile**>(std::calloc(count, sizeof(char*)));
  for (unsigned round = 0;; ++round) {
    for (unsigned i = 0; i < count; ++i) {
      if (round == 0) blocks[i] = static_cast<char volatile*>(std::malloc(kBlockBytes));
      for (unsigned at = 0; at < kBlockBytes; at += kPage) blocks[i][at] = static_cast<char>(round);
    }
    if (round == 0) {
      std::puts("ready");
      std::fflush(stdout);
    }
    std::this_thread::sleep_for(pause);  // the whole of it, whatever signals come
  }
}
