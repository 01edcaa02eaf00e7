// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/identity.h"

#include <sys/auxv.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "interposer/platform/clock.h"
#include "interposer/platform/log.h"
#include "interposer/platform/options.h"
#include "interposer/platform/small_file.h"
#include "interposer/platform/syscalls.h"

namespace lw {
namespace {

char g_temporary_directory[512];
char g_snapshot_directory[1024];

// Field `number` of /proc/self/stat, counted from 1 as in proc(5). Field 2, the name, may hold anything, but ends at
// the last ')'.
u64 stat_field(u32 number) {
  char stat[1024];
  const u64 length = read_small_file("/proc/self/stat", stat, sizeof stat - 1);
  stat[length] = '\0';
  u64 at = length;
  while (at > 0 && stat[at] != ')') --at;
  if (at == 0) return 0;
  ++at;
  for (u32 field = 2; field < number; ++field) {
    while (stat[at] != '\0' && stat[at] != ' ') ++at;
    if (stat[at] == ' ') ++at;
    if (field == 2) continue;
  }
  const char* digits = stat + at;
  return take_decimal(digits);
}

void read_command(LiveHeader& live) {
  u64 length = read_small_file("/proc/self/cmdline", live.command, sizeof live.command);
  if (length == sizeof live.command) live.command[length - 1] = '\0';
  live.command_bytes = static_cast<u32>(length);
  for (u64 i = 0; i < length; ++i) live.argc += live.command[i] == '\0' ? 1 : 0;
}

// The link reads "pid:[4026531836]".
u64 read_pid_namespace() {
  char link[64];
  const long length = sys::readlink("/proc/self/ns/pid", link, sizeof link - 1);
  if (sys::failed(length)) return 0;
  link[length] = '\0';
  const char* at = link;
  while (*at != '\0' && *at != '[') ++at;
  if (*at == '[') ++at;
  return take_decimal(at);
}

void read_boot_id(LiveHeader& live) {
  const u64 length = read_small_file("/proc/sys/kernel/random/boot_id", live.boot_id, sizeof live.boot_id - 1);
  u64 end = 0;
  while (end < length && live.boot_id[end] != '\n') ++end;
  live.boot_id[end] = '\0';
}

void describe_machine(LiveHeader& live) {
  live.page_bytes = getauxval(AT_PAGESZ);
  struct sysinfo memory {};
  if (!sys::failed(sys::call(SYS_sysinfo, sys::word(&memory)))) live.memory_total = memory.totalram * memory.mem_unit;
}

bool is_writable_folder(const char* path) { return *path != '\0' && !sys::failed(sys::access(path, 2 | 1)); }

void make_absolute(const char* path) {
  Text<1024> absolute;
  if (*path != '/') {
    char here[1024];
    const long length = sys::call(SYS_getcwd, sys::word(here), sizeof here);
    if (!sys::failed(length)) absolute << here;
    if (*path != '\0' && !same_text(path, ".")) absolute << "/";
  }
  if (!same_text(path, ".")) absolute << path;
  copy_text(g_snapshot_directory, absolute.c_str());
}

}  // namespace

void describe_process(LiveHeader& live) {
  live.parent_pid = static_cast<u32>(sys::call(SYS_getppid));
  live.start_ticks = stat_field(22);
  utsname system{};
  if (!sys::failed(sys::call(SYS_uname, sys::word(&system)))) copy_text(live.host, system.nodename);
  const long length = sys::readlink("/proc/self/exe", live.executable, sizeof live.executable - 1);
  live.executable[sys::failed(length) ? 0 : length] = '\0';
  read_command(live);
  read_boot_id(live);
  live.pid_namespace = read_pid_namespace();
  describe_machine(live);
}

u64 process_start_monotonic_ns() {
  const u64 ticks = stat_field(22);
  if (ticks == 0) return 0;
  constexpr u64 kTickNs = 10'000'000;  // USER_HZ is 100 on every Linux that x86-64 knows
  const u64 now_ns = monotonic_ns();   // read first: the clock that counts sleep is then never behind it
  const u64 asleep_ns = read_clock_ns(CLOCK_BOOTTIME) - now_ns;
  const u64 since_boot_ns = (ticks + 1) * kTickNs;  // the kernel rounds down
  return since_boot_ns > asleep_ns ? since_boot_ns - asleep_ns : 0;
}

void remember_temporary_directory(char** environment) {
  for (; *environment != nullptr; ++environment) {
    if (starts_with(*environment, "TMPDIR=")) copy_text(g_temporary_directory, *environment + 7);
  }
}

const char* snapshot_directory() {
  if (g_snapshot_directory[0] != '\0') return g_snapshot_directory;
  const char* wanted = *g_options.directory.path != '\0' ? g_options.directory.path : ".";
  const char* const candidates[] = {wanted, g_temporary_directory, "/tmp"};
  const char* chosen = "/tmp";
  for (const char* candidate : candidates) {
    if (!is_writable_folder(candidate)) continue;
    chosen = candidate;
    break;
  }
  make_absolute(chosen);
  if (chosen != wanted && *g_options.directory.path != '\0') {
    say(Sentence() << "LEAKWATCH_DIR " << wanted << " is not a folder that can be written to; snapshots go to "
                   << g_snapshot_directory << ".");
  }
  return g_snapshot_directory;
}

}  // namespace lw
