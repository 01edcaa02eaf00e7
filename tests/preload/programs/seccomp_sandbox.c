// SPDX-License-Identifier: Apache-2.0
// A sandbox that allows little more than read, write, memory and exit, from main on. With "errno" the forbidden calls
// fail, with "kill" they end the process, with "strict" the kernel's own four-call mode is on: every system call
// that leakwatch would make later is one too many.
#include "expect.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int sandbox(unsigned otherwise) {
  static const int kAllowed[] = {SYS_read,      SYS_write,        SYS_exit,           SYS_exit_group,
                                 SYS_mmap,      SYS_munmap,       SYS_mremap,         SYS_brk,
                                 SYS_futex,     SYS_madvise,      SYS_rt_sigprocmask, SYS_rt_sigaction,
                                 SYS_mprotect,  SYS_rt_sigreturn, SYS_clock_gettime,  SYS_newfstatat,
                                 SYS_getrandom, SYS_clone,        SYS_wait4,          SYS_set_robust_list};
  enum { kCount = sizeof kAllowed / sizeof *kAllowed };
  struct sock_filter code[kCount + 3] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
  for (int i = 0; i < kCount; i++) {
    code[1 + i] =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)kAllowed[i], (unsigned char)(kCount - i), 0);
  }
  code[kCount + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, otherwise);
  code[kCount + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog program = {kCount + 3, code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int count, char** arguments) {
  const char* mode = count > 1 ? arguments[1] : "errno";
  int strict = strcmp(mode, "strict") == 0;
  // Later allocations of strict mode must fit into what the allocator holds by now: it may not ask for more.
  free(keep(malloc(300000 / 4)));
  int result = strict                      ? prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT)
               : strcmp(mode, "kill") == 0 ? sandbox(SECCOMP_RET_KILL_PROCESS)
                                           : sandbox(SECCOMP_RET_ERRNO | EPERM);
  if (result != 0) {
    puts("seccomp is not permitted here");
    return kSkipped;
  }
  for (int i = 0; i < 3000; i++) free(keep(malloc((size_t)i * 5)));
  for (int i = 0; i < 4; i++) free(keep(malloc(30000)));
  if (!strict) {
    pid_t pid = fork();
    if (pid == 0) {
      for (int i = 0; i < 500; i++) free(keep(malloc((size_t)i * 20)));
      _exit(3);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    if (WEXITSTATUS(status) != 3) return 2;
  }
  static const char kText[] = "alive in the sandbox\n";
  ssize_t written = write(1, kText, sizeof kText - 1);
  if (strict) syscall(SYS_exit, written > 0 ? 6 : 1);
  return written > 0 ? 6 : 1;
}
