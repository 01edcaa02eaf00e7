// SPDX-License-Identifier: Apache-2.0
// 1,000 threads alive at the same time, all of them sampling. A cache of 256 KiB for each would be 256 MB of the
// program's memory: the runner compares the resident peak with the unwatched run's. Most of what it finds is stacks, of
// which those touch more that enter libunwind at the same time.
#include "expect.h"

#include <pthread.h>
#include <string.h>

enum { kThreads = 1000 };
static pthread_barrier_t all_started, all_allocated;

__attribute__((noinline)) static void* nested(int depth) {
  if (depth == 0) return keep(malloc(kWitness + 1));
  return keep(nested(depth - 1));
}
static void* body(void* unused) {
  pthread_barrier_wait(&all_started);
  for (int i = 0; i < 20; i++) free(nested(i));
  pthread_barrier_wait(&all_allocated);
  return unused;
}

// For the runner, which knows what the unwatched run needed.
static void note_resident_peak(void) {
  char line[200];
  FILE *status = fopen("/proc/self/status", "r"), *note = fopen("peak_kb", "w");
  while (fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, "VmHWM:", 6) == 0) fprintf(note, "%d", atoi(line + 6));
  }
  fclose(status);
  fclose(note);
}

int main(void) {
  static pthread_t threads[kThreads];
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 256 << 10);
  pthread_barrier_init(&all_started, NULL, kThreads + 1);
  pthread_barrier_init(&all_allocated, NULL, kThreads + 1);
  int started = 0;
  for (int t = 0; t < kThreads; t++) started += pthread_create(&threads[t], &small, body, NULL) == 0;
  if (started < kThreads) {
    printf("only %d threads could be started here\n", started);
    _Exit(kSkipped);
  }
  pthread_barrier_wait(&all_started);
  pthread_barrier_wait(&all_allocated);
  note_resident_peak();
  for (int t = 0; t < kThreads; t++) pthread_join(threads[t], NULL);
  keep(malloc(kWitness + 2));
  puts("joined");
  return 0;
}
