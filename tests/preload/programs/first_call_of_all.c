// SPDX-License-Identifier: Apache-2.0
// A door's first call in a process, and the first call of a thread, run other code than the thousandth. Here each
// door is the first of all: before main, and again as the first call of a thread.
#include "expect.h"

#include <malloc.h>
#include <pthread.h>
#include <string.h>

static void* by_name(const char* door) {
  void* block = NULL;
  if (strcmp(door, "malloc") == 0) return malloc(kWitness + 1);
  if (strcmp(door, "calloc") == 0) return calloc(kWitness + 1, 1);
  if (strcmp(door, "realloc") == 0) return realloc(NULL, kWitness + 1);
  if (strcmp(door, "memalign") == 0) return memalign(64, kWitness + 1);
  if (strcmp(door, "aligned_alloc") == 0) return aligned_alloc(1, kWitness + 1);
  if (strcmp(door, "posix_memalign") == 0) return posix_memalign(&block, 64, kWitness + 1) == 0 ? block : NULL;
  if (strcmp(door, "reallocarray") == 0) return reallocarray(NULL, kWitness + 1, 1);
  if (strcmp(door, "valloc") == 0) return valloc(kWitness + 1);
  if (strcmp(door, "free") == 0) return free(NULL), malloc(kWitness + 1);
  if (strcmp(door, "usable") == 0) return malloc_usable_size(NULL) == 0 ? malloc(kWitness + 1) : NULL;
  return strdup(door);
}
static void* first;
static void before_main(int count, char** arguments, char** environment) {
  (void)environment;
  if (count > 1) first = by_name(arguments[1]);
}
__attribute__((section(".preinit_array"), used)) static void (*preinit)(int, char**, char**) = before_main;

static void* in_thread(void* door) { return by_name(door); }

int main(int count, char** arguments) {
  if (count < 2) return 2;
  EXPECT(first != NULL);
  ((char*)first)[0] = 1;
  for (int i = 0; i < 20; i++) {
    pthread_t thread;
    void* block = NULL;
    pthread_create(&thread, NULL, in_thread, arguments[1]);
    pthread_join(thread, &block);
    EXPECT(block != NULL);
    if (i < 18) free(block);
  }
  free(first);
  return g_broken_promises;
}
