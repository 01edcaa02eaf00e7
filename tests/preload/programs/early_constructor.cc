// flags: -shared -fPIC
// SPDX-License-Identifier: Apache-2.0
// A second preloaded library whose constructor allocates in every way, throws, and starts a thread, before main and
// perhaps before anybody else. Sizes: 81001 is freed here, 81002 is kept, 81003 is freed by the program.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <new>
#include <string>

extern "C" void* early_block;
void* early_block;

__attribute__((constructor(101))) static void allocate_early() {
  for (int i = 0; i < 200; i++) {
    free(malloc(81001));
    free(calloc(1, 81001));
    operator delete(operator new(81001));
    void* block = nullptr;
    if (posix_memalign(&block, 64, 81001) == 0) free(block);
  }
  early_block = malloc(81003);
  static void* volatile kept = malloc(81002);
  try {
    throw std::string(kept == nullptr ? 10 : 5000, 'x');
  } catch (const std::string& text) {
    free(strdup(text.c_str()));
  }
  pthread_t thread;
  auto body = [](void*) -> void* { return free(malloc(81001)), nullptr; };
  if (pthread_create(&thread, nullptr, body, nullptr) == 0) pthread_join(thread, nullptr);
}
