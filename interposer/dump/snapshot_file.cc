// SPDX-License-Identifier: Apache-2.0
#include "interposer/dump/snapshot_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>

#include "interposer/dump/mappings.h"
#include "interposer/dump/own_memory.h"
#include "interposer/dump/residence.h"
#include "interposer/dump/retention.h"
#include "interposer/platform/atomic.h"
#include "interposer/platform/clock.h"
#include "interposer/platform/identity.h"
#include "interposer/platform/log.h"
#include "interposer/platform/options.h"
#include "interposer/platform/syscalls.h"
#include "interposer/state/mapped_regions.h"
#include "interposer/state/memory_log.h"
#include "interposer/state/process.h"
#include "snapshot/encode.h"

namespace lw {
namespace {

// Only one dump runs at a time, so its buffers can be static: it may run on the stack of a signal handler. They are
// touched at the first dump.
Path g_temporary;
Path g_final;
alignas(4096) u8 g_scratch[kEncodeScratchBytes];
alignas(4096) u8 g_buffer[64 << 10];

// Bytes collected in g_buffer and written in large pieces. `written` bytes are in the file already.
struct OpenFile {
  long fd;
  u64 written;
  u64 buffered;
  u64 most_bytes;  // RLIMIT_FSIZE: a write past it would raise SIGXFSZ
};

int write_all(OpenFile& file, const u8* bytes, u64 length) {
  if (file.written + length > file.most_bytes) return EFBIG;
  while (length > 0) {
    const long wrote = sys::write(file.fd, bytes, length);
    if (wrote == -EINTR) continue;
    if (wrote <= 0) return wrote < 0 ? static_cast<int>(-wrote) : EIO;
    bytes += wrote;
    length -= static_cast<u64>(wrote);
    file.written += static_cast<u64>(wrote);
  }
  return 0;
}

int flush(OpenFile& file) {
  const int error = write_all(file, g_buffer, file.buffered);
  file.buffered = 0;
  return error;
}

int append(void* self, const void* bytes, u64 length) {
  OpenFile& file = *static_cast<OpenFile*>(self);
  if (file.buffered + length > sizeof g_buffer) {
    if (const int error = flush(file); error != 0) return error;
  }
  if (length > sizeof g_buffer) return write_all(file, static_cast<const u8*>(bytes), length);
  __builtin_memcpy(g_buffer + file.buffered, bytes, length);
  file.buffered += length;
  return 0;
}

int patch(void* self, u64 offset, const void* bytes, u64 length) {
  OpenFile& file = *static_cast<OpenFile*>(self);
  if (offset >= file.written) {
    __builtin_memcpy(g_buffer + (offset - file.written), bytes, length);
    return 0;
  }
  if (offset + length > file.written) {
    if (const int error = flush(file); error != 0) return error;
  }
  const long wrote = sys::pwrite(file.fd, bytes, length, offset);
  return wrote == static_cast<long>(length) ? 0 : wrote < 0 ? static_cast<int>(-wrote) : EIO;
}

u64 most_file_bytes() {
  rlimit limit{};
  if (sys::failed(sys::call(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, sys::word(&limit)))) return ~u64{0};
  return limit.rlim_cur;
}

int write_file(const char* path, const EncodeRequest& request) {
  const long fd = sys::open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (sys::failed(fd)) return static_cast<int>(-fd);
  OpenFile file{fd, 0, 0, most_file_bytes()};
  const LiveView live{reinterpret_cast<const u8*>(process().live), process().live_bytes};
  int error = encode_snapshot(live, request, g_scratch, {&file, append, patch});
  if (error == 0) error = flush(file);
  sys::close(fd);
  return error;
}

const char* name_file(Path& path, u64 sequence, const char* ending) {
  path.clear();
  path << snapshot_directory() << (same_text(ending, ".tmp") ? "/." : "/") << "leakwatch." << g_options.name << "."
       << process().pid;
  if (process().name_part > 0) path << "-" << process().name_part;
  path << "." << sequence << ending;
  return path.c_str();
}

// Gives the finished file its name without ever replacing another's: another container may use the same folder and
// have the same pid. Some file systems know no RENAME_NOREPLACE; there a hard link does the same.
long publish(const char* temporary, u64 sequence) {
  for (u32 attempt = 0; attempt < 1000; ++attempt) {
    const char* path = name_file(g_final, sequence, ".lws");
    long result = sys::rename_new(temporary, path);
    if (result == -EINVAL || result == -ENOSYS) {
      result = sys::link(temporary, path);
      if (!sys::failed(result)) sys::unlink(temporary);
    }
    if (result != -EEXIST) return result;
    process().name_part += 1;
  }
  return -EEXIST;
}

const char* reason_text(int error) {
  switch (error) {
    case ENOSPC:
      return "the disk is full";
    case EDQUOT:
      return "the disk quota is used up";
    case EFBIG:
      return "it would be larger than RLIMIT_FSIZE allows";
    case EACCES:
      return "the folder may not be written to";
    case EROFS:
      return "the file system is read-only";
    case ENOENT:
      return "the folder is gone";
    case EMFILE:
    case ENFILE:
      return "no more files may be open";
    default:
      return nullptr;
  }
}

void complain_once(int error) {
  static u32 complained = 0;
  if (!replace(complained, 0u, 1u)) return;
  Sentence sentence;
  sentence << "a snapshot could not be written to " << snapshot_directory() << ": ";
  if (const char* text = reason_text(error); text != nullptr) {
    sentence << text;
  } else {
    sentence << "error " << static_cast<u64>(error);
  }
  say(sentence << ". Watching goes on; later ones will be tried.");
}

// False once somebody has truncated the live file and empty memory stands in its place (cold/lost_file.h).
bool is_intact() { return load_relaxed(process().live->pid) == process().pid; }

bool write_snapshot(DumpReason reason) {
  LiveHeader& live = *process().live;
  if (!is_intact()) return false;
  const u64 began_ns = monotonic_ns();
  if (has_unknown_code()) refresh_mappings();
  measure_regions();
  log_memory(began_ns, false);
  measure_residence();
  live.receipt.own_bytes = own_resident_bytes();
  live.receipt.cpu_ns = process_cpu_ns();
  const u64 sequence = live.next_sequence;
  const EncodeRequest request{reason, began_ns, unix_ns(), sequence};
  const char* temporary = name_file(g_temporary, sequence, ".tmp");
  int error = write_file(temporary, request);
  if (!is_intact()) {
    sys::unlink(temporary);
    return false;
  }
  if (error == 0) error = static_cast<int>(-publish(temporary, sequence));
  if (error != 0) {
    if (error != EEXIST) sys::unlink(temporary);
    complain_once(error);
    return false;
  }
  live.next_sequence = sequence + 1;
  if (const u64 gone = note_and_choose_victim(sequence, began_ns); gone != kNoVictim) {
    sys::unlink(name_file(g_final, gone, ".lws"));
  }
  const u64 cost_ns = monotonic_ns() - began_ns;
  live.receipt.dumps += 1;
  live.receipt.dump_ns += cost_ns;
  raise_to(live.receipt.longest_dump_ns, cost_ns);
  return true;
}

}  // namespace

bool take_snapshot(DumpReason reason) {
  if (process().live == nullptr || !replace(process().dumping, 0u, sys::thread_id())) return false;
  const bool written = write_snapshot(reason);
  store_release(process().dumping, 0u);
  return written;
}

namespace {

constexpr u64 kPatienceNs = 2'000'000'000;
constexpr i64 kPauseNs = 100'000;

// A dump that nobody will ever go on with: its thread is gone (cancelled, or it called exit without the others), or is
// this very one, interrupted by a signal whose handler now ends the process. What it has written so far is removed.
bool take_over_dump(u32 owner, u32 me, DumpReason reason) {
  const bool will_not_return = owner == me && reason == DumpReason::kExit;
  if (!will_not_return && !sys::thread_is_gone(process().pid, owner)) return false;
  if (!replace(process().dumping, owner, me)) return false;
  u64& sequence = process().live->next_sequence;
  sys::unlink(name_file(g_temporary, sequence, ".tmp"));
  if (!sys::failed(sys::access(name_file(g_final, sequence, ".lws"), 0))) ++sequence;  // it was all but done
  return true;
}

bool wait_for_turn(DumpReason reason) {
  const u32 me = sys::thread_id();
  const u64 deadline_ns = monotonic_ns() + kPatienceNs;
  while (!replace(process().dumping, 0u, me)) {
    const u32 owner = load_acquire(process().dumping);
    if (owner != 0 && take_over_dump(owner, me, reason)) break;
    if (owner == me || monotonic_ns() >= deadline_ns) return false;
    sys::sleep_ns(kPauseNs);
  }
  return true;
}

}  // namespace

bool take_last_snapshot(DumpReason reason) {
  if (process().live == nullptr || !wait_for_turn(reason)) return false;
  const bool written = write_snapshot(reason);
  // Behind the last snapshot of all there must be no other, whoever was about to begin one.
  if (reason != DumpReason::kExit) store_release(process().dumping, 0u);
  return written;
}

}  // namespace lw
