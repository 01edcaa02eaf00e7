// SPDX-License-Identifier: Apache-2.0
#include "interposer/cold/lost_file.h"

#include "interposer/platform/atomic.h"
#include "interposer/platform/log.h"
#include "interposer/platform/next_libc.h"
#include "interposer/platform/pages.h"
#include "interposer/platform/syscalls.h"
#include "interposer/state/inherited.h"
#include "interposer/state/live_file.h"
#include "interposer/state/sigbus_mask.h"
#include "interposer/state/signal_actions.h"
#include "snapshot/live_tables.h"

namespace lw {
namespace {

struct MappedFile {
  LiveHeader* base;
  u64 bytes;
};

bool lies_in(const MappedFile& file, const void* address) {
  const u64 at = reinterpret_cast<u64>(address) - reinterpret_cast<u64>(file.base);
  return file.base != nullptr && at < file.bytes;
}

// Plain memory in the file's place, laid out as the file was: whoever was just reading or writing there goes on with
// empty tables of the same size, so that every number it holds is still a place inside of one. Moved there whole,
// because other threads may come at any moment.
bool replace_with_memory(const MappedFile& file) {
  store_release(process().stage, Stage::kOff);
  void* fresh = map_private(file.bytes);
  if (fresh == nullptr) return false;
  lay_out_live(static_cast<LiveHeader*>(fresh), file.bytes);
  return !sys::failed(sys::move(fresh, file.bytes, file.base));
}

// Our own live file, or the parent's, which a forked child reads before it has its own.
bool mend(const void* address) {
  const OwnMappings remembered = remembered_mappings();
  const MappedFile files[] = {{load_relaxed(process().live), process().live_bytes},
                              {remembered.live, remembered.live_bytes}};
  for (const MappedFile& file : files) {
    if (!lies_in(file, address)) continue;
    if (!replace_with_memory(file)) return false;
    if (file.base == process().live) remove_live_file();  // nothing is left in it that could be read
    return true;
  }
  return false;
}

// Several threads may fault on it; one tells.
void tell_once() {
  static u32 told = 0;
  if (!replace(told, 0u, 1u)) return;
  say(Sentence() << "the live file " << live_file_path()
                 << " was truncated by somebody else: this process is not watched any longer.");
}

// A fault of the program's own: as if we had never been there. The faulting instruction runs again and ends the
// program with the right signal, core and all; a signal that was sent by kill is sent again.
void leave_to_default(const siginfo_t& what) {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  next_libc().sigaction(SIGBUS, &standard, nullptr);
  if (what.si_code <= 0) sys::signal_thread(sys::process_id(), sys::thread_id(), SIGBUS);
}

void on_bus_error(int number, siginfo_t* what, void* context) {
  if (what->si_code > 0 && mend(what->si_addr)) {
    tell_once();
    return;
  }
  if (keep_pending(*what, context)) return;
  const SignalHandler theirs = handler_of_program(SIGBUS);
  if (theirs != nullptr) return theirs(number, what, context);
  leave_to_default(*what);
}

}  // namespace

void guard_live_file() { offer_handler(SIGBUS, on_bus_error, Manners::kStandInFront); }

}  // namespace lw
