// SPDX-License-Identifier: Apache-2.0
// Memory straight from the kernel, in all ways that change what there is: what is left at the end must be found, region
// by region, and nothing else. Regions of 20 and 21 pages are the witnesses.
#include "expect.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { kPage = 4096, kA = 20 * kPage, kB = 21 * kPage };

static char* map(size_t bytes, int flags) {
  errno = 77;
  char* at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
  EXPECT(at != MAP_FAILED && errno == 77);
  at[bytes - 1] = 1;
  return at;
}

static void unmap(void* at, size_t bytes) {
  errno = 77;
  EXPECT(munmap(at, bytes) == 0 && errno == 77);
}

static void whole(void) {
  for (int i = 0; i < 100; i++) unmap(map(kA, MAP_PRIVATE), kA);
  map(kA, MAP_PRIVATE);  // A 1
  map(kB, MAP_SHARED);   // B 1
  unmap(map(kA - 100, MAP_PRIVATE), kA - 100);
  char* many[10];
  for (int i = 0; i < 10; i++) many[i] = map(kB, MAP_PRIVATE);
  for (int i = 9; i >= 0; i--) unmap(many[i], kB);
}

static void in_pieces(void) {
  char* front = map(2 * kA, MAP_PRIVATE);
  unmap(front, kA);  // A 2
  char* back = map(2 * kA, MAP_PRIVATE);
  unmap(back + kA, kA);  // A 3
  char* middle = map(3 * kA, MAP_PRIVATE);
  unmap(middle + kA, kA);  // A 4, A 5
  char* row = map(3 * kB, MAP_PRIVATE);
  for (int i = 0; i < 3 * 21; i++) unmap(row + i * kPage, kPage);
  char* across = map(4 * kA, MAP_PRIVATE);
  unmap(across, kA);
  unmap(across + 3 * kA, kA);
  unmap(across, 4 * kA);  // what is left, and holes
}

static void over_one_another(void) {
  char* below = map(3 * kB, MAP_PRIVATE);
  EXPECT(mmap(below + kB, kB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == below + kB);
  // B 2, B 3, B 4
  char* under_file = map(kA, MAP_PRIVATE);
  FILE* file = tmpfile();
  EXPECT(file != NULL && ftruncate(fileno(file), kA) == 0);
  EXPECT(mmap(under_file, kA, PROT_READ, MAP_SHARED | MAP_FIXED, fileno(file), 0) == under_file);
  EXPECT(mmap(NULL, kA, PROT_READ, MAP_PRIVATE, fileno(file), 0) != MAP_FAILED);
  fclose(file);
}

static void resized(void) {
  char* grown = mremap(map(kA, MAP_PRIVATE), kA, kB, MREMAP_MAYMOVE);
  EXPECT(grown != MAP_FAILED && grown[kA - 1] == 1);  // B 5
  char* shrunk = mremap(map(kB, MAP_PRIVATE), kB, kA, 0);
  EXPECT(shrunk != MAP_FAILED);  // A 6
  char* place = map(kB, MAP_PRIVATE);
  EXPECT(mremap(map(kA, MAP_PRIVATE), kA, kB, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place);  // B 6
  char* from_little = mremap(map(kPage, MAP_PRIVATE), kPage, kA, MREMAP_MAYMOVE);
  EXPECT(from_little != MAP_FAILED);  // A 7
  char* gone = mremap(map(kA, MAP_PRIVATE), kA, kB, MREMAP_MAYMOVE);
  unmap(gone, kB);
}

static void refused(void) {
  char* at = map(kA, MAP_PRIVATE);  // A 8
  errno = 0;
  EXPECT(munmap(at + 1, kPage) == -1 && errno == EINVAL);
  EXPECT(munmap(at, 0) == -1 && errno == EINVAL);
  errno = 0;
  EXPECT(mremap(at, kA, (size_t)1 << 46, MREMAP_MAYMOVE) == MAP_FAILED && errno == ENOMEM);
  errno = 0;
  EXPECT(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
  EXPECT(mmap(NULL, (size_t)1 << 60, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == ENOMEM);
  EXPECT(mmap(at, kA, PROT_READ, MAP_PRIVATE | MAP_FIXED, -1, 0) == MAP_FAILED && errno == EBADF);
  EXPECT(at[kA - 1] == 1);
}

// Addresses without memory are nobody's leak; what is put to use of them is memory.
static void reserved(void) {
  char* at = mmap(NULL, (size_t)64 << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  EXPECT(at != MAP_FAILED);
  EXPECT(mmap(at + kB, kB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == at + kB);  // B 7
  EXPECT(mmap(NULL, kA, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
  char* large = mmap(NULL, (size_t)1 << 40, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (large != MAP_FAILED) memset(large, 1, 1 << 20);
  char* given_back = map(kA, MAP_PRIVATE);
  EXPECT(mmap(given_back, kA, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == given_back);
}

int main(void) {
  whole();
  in_pieces();
  over_one_another();
  resized();
  refused();
  reserved();
  puts("mapped");
  return g_broken_promises;
}
