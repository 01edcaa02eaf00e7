// SPDX-License-Identifier: Apache-2.0
// Double fork, setsid, close everything, open files of its own: they get numbers that somebody else may have used.
// A pipe or file that we kept by number now writes into the daemon's data.
#include "expect.h"

#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int daemon_work(int report) {
  for (int fd = 0; fd < 1024; fd++) {
    if (fd != report) close(fd);
  }
  int files[12], pairs[8][2], stray = 0;
  for (int i = 0; i < 12; i++) files[i] = open("/tmp", O_TMPFILE | O_RDWR, 0600);
  for (int i = 0; i < 8; i++) stray += socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pairs[i]) != 0;
  for (int i = 0; i < 5000; i++) free(keep(malloc((size_t)(i % 300) * 30)));
  for (int i = 0; i < 3; i++) keep(malloc(kWitness + 1));
  char byte;
  for (int i = 0; i < 12; i++) stray += files[i] < 0 || lseek(files[i], 0, SEEK_END) != 0;
  for (int i = 0; i < 8; i++) stray += read(pairs[i][0], &byte, 1) != -1 || read(pairs[i][1], &byte, 1) != -1;
  stray += write(pairs[0][0], "x", 1) != 1 || read(pairs[0][1], &byte, 1) != 1 || byte != 'x';
  dprintf(report, "first file %d, stray bytes %d\n", files[0], stray);
  return stray == 0 ? 0 : 1;
}

int main(void) {
  int report[2];
  if (pipe(report) != 0) return 1;
  int high = fcntl(report[1], F_DUPFD, 1030);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (fork() == 0) {
    setsid();
    if (fork() == 0) exit(daemon_work(high));
    _exit(0);
  }
  close(report[1]);
  close(high);
  char text[200] = "";
  size_t length = 0;
  for (ssize_t got; (got = read(report[0], text + length, sizeof text - 1 - length)) > 0;) length += (size_t)got;
  int status, sum = 0;
  while (wait(&status) > 0) sum += status;
  printf("%sstatuses %d\n", text, sum);
  return 0;
}
