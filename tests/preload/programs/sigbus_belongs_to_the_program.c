// SPDX-License-Identifier: Apache-2.0
// A program with a crash handler of its own for SIGBUS, as many servers have. It gets its own faults, told as it asked
// to be told, and finds its action where it put it; but somebody truncates the live file, and it hears nothing.
#include "expect.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static sigjmp_buf back;
static void* volatile fault_at;
static volatile int plain, full;

static void on_plain(int number) {
  plain += number == SIGBUS;
  siglongjmp(back, 1);
}
static void on_full(int number, siginfo_t* what, void* context) {
  full += number == SIGBUS && what->si_addr == fault_at && context != NULL;
  siglongjmp(back, 1);
}

static void fault(void) {
  FILE* file = tmpfile();
  if (file == NULL || ftruncate(fileno(file), 4096) != 0) exit(kSkipped);
  volatile char* page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
  EXPECT(ftruncate(fileno(file), 0) == 0);
  fault_at = (void*)page;
  if (sigsetjmp(back, 1) == 0) *page = 1;
  munmap((void*)page, 4096);
  fclose(file);
}

static void truncate_live_files(void) {
  const char* path = getenv("LEAKWATCH_LIVE_DIR");
  DIR* directory = path == NULL ? NULL : opendir(path);
  if (directory == NULL) return;
  for (struct dirent* entry; (entry = readdir(directory)) != NULL;) {
    char full_path[600];
    snprintf(full_path, sizeof full_path, "%s/%s", path, entry->d_name);
    if (strstr(entry->d_name, ".live") != NULL) EXPECT(truncate(full_path, 0) == 0);
  }
  closedir(directory);
}

int main(void) {
  struct sigaction now, mine = {.sa_handler = on_plain, .sa_flags = SA_NODEFER};
  EXPECT(sigaction(SIGBUS, NULL, &now) == 0 && now.sa_handler == SIG_DFL);
  EXPECT(sigaction(SIGBUS, &mine, &now) == 0 && now.sa_handler == SIG_DFL);
  fault();
  EXPECT(sigaction(SIGBUS, NULL, &now) == 0 && now.sa_handler == on_plain);
  EXPECT((now.sa_flags & (SA_SIGINFO | SA_NODEFER | SA_ONSTACK)) == SA_NODEFER);
  mine.sa_sigaction = on_full;
  mine.sa_flags = SA_SIGINFO;
  sigaddset(&mine.sa_mask, SIGUSR1);
  EXPECT(sigaction(SIGBUS, &mine, &now) == 0 && now.sa_handler == on_plain);
  fault();
  EXPECT(sigaction(SIGBUS, NULL, &now) == 0 && now.sa_sigaction == on_full && sigismember(&now.sa_mask, SIGUSR1) == 1);
  EXPECT(signal(SIGBUS, on_plain) == (void (*)(int))on_full);
  fault();
  // A child that shares memory sets actions of its own, not its parent's.
  if (vfork() == 0) {
    signal(SIGBUS, SIG_DFL);
    _exit(0);
  }
  wait(NULL);
  fault();
  printf("plain %d full %d\n", plain, full);

  for (int i = 0; i < 500; i++) free(keep(malloc((size_t)i * 20)));
  truncate_live_files();
  for (int i = 0; i < 5000; i++) free(keep(malloc((size_t)i)));
  printf("plain %d full %d\n", plain, full);
  fflush(stdout);

  signal(SIGBUS, SIG_DFL);
  if (fork() == 0) raise(SIGBUS);
  int status = 0;
  wait(&status);
  printf("a child with the default ended by %d\n", WTERMSIG(status));
  return g_broken_promises;
}
