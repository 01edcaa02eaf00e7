// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/lost_file.h"

#include <signal.h>
#include <sys/mman.h>

#include "interposer/platform/atomic.h"
#include "interposer/platform/log.h"
#include "interposer/platform/syscalls.h"
#include "interposer/state/live_file.h"

namespace lw {
namespace {

bool lies_in_live_file(const void* address) {
  const u64 base = reinterpret_cast<u64>(load_relaxed(process().live));
  const u64 at = reinterpret_cast<u64>(address);
  return base != 0 && at >= base && at < base + process().live_bytes;
}

// Plain zeroed memory in the file's place: whoever was just reading or writing there goes on with an empty table.
bool replace_with_memory() {
  const u64 base = reinterpret_cast<u64>(process().live);
  store_release(process().stage, Stage::kOff);
  return !sys::failed(sys::map(base, process().live_bytes, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1));
}

// A fault of the program's own: as if we had never been there. The faulting instruction runs again and ends the
// program with the right signal, core and all; a signal that was sent by kill is sent again.
void leave_to_default(const siginfo_t& what) {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGBUS, &standard, nullptr);
  if (what.si_code <= 0) sys::signal_thread(sys::process_id(), sys::thread_id(), SIGBUS);
}

void on_bus_error(int, siginfo_t* what, void*) {
  if (what->si_code > 0 && lies_in_live_file(what->si_addr) && replace_with_memory()) {
    say(Sentence() << "the live file " << live_file_path()
                   << " was truncated by somebody else: this process is not watched any longer.");
    return;
  }
  leave_to_default(*what);
}

}  // namespace

void guard_live_file() {
  struct sigaction now {};
  if (sigaction(SIGBUS, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) return;
  struct sigaction ours {};
  ours.sa_sigaction = on_bus_error;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigaction(SIGBUS, &ours, nullptr);
}

}  // namespace lw
