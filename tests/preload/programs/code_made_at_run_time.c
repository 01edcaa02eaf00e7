// SPDX-License-Identifier: Apache-2.0
// A just-in-time compiler's page calls malloc: no object, no rules, an odd frame. Here with frame pointers that are
// rubbish, on a page that may be executed but not read, and on one that is replaced by other code afterwards.
#include "expect.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

typedef void* (*Function)(size_t);

// push rbp; mov rbp, <rubbish>; sub rsp, 8*pad; mov rax, <malloc>; call rax; add rsp, 8*pad; pop rbp; ret
static size_t emit(unsigned char* code, uint64_t frame_pointer, unsigned char pad) {
  unsigned char* at = code;
  uint64_t target = (uint64_t)(uintptr_t)&malloc;
  *at++ = 0x55;
  memcpy(at, "\x48\xbd", 2), memcpy(at + 2, &frame_pointer, 8), at += 10;
  memcpy(at, "\x48\x83\xec", 3), at[3] = (unsigned char)(8 * pad), at += 4;
  memcpy(at, "\x48\xb8", 2), memcpy(at + 2, &target, 8), at += 10;
  memcpy(at, "\xff\xd0", 2), at += 2;
  memcpy(at, "\x48\x83\xc4", 3), at[3] = (unsigned char)(8 * pad), at += 4;
  memcpy(at, "\x5d\xc3", 2), at += 2;
  return (size_t)(at - code);
}

int main(void) {
  uint64_t rubbish[] = {0, 1, 0x7ffffffff000, UINT64_MAX, (uint64_t)(uintptr_t)main, 0x123456789abcdef0};
  for (int protection = PROT_READ | PROT_EXEC;; protection = PROT_EXEC) {
    for (int i = 0; i < 48; i++) {
      unsigned char* page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      size_t offset = (size_t)i * 60;
      emit(page + offset, rubbish[i % 6], (unsigned char)(i % 4 * 2));
      mprotect(page, 4096, protection);
      Function made = (Function)(uintptr_t)(page + offset);
      for (int k = 0; k < 5; k++) free(keep(made(3000)));
      free(keep(made(kWitness + 1)));
      munmap(page, 4096);
    }
    if (protection == PROT_EXEC) break;
  }
  keep(malloc(kWitness + 2));
  puts("returned");
  return 0;
}
