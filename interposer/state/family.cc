// SPDX-License-Identifier: Apache-2.0
#include "interposer/state/family.h"

#include <sys/mman.h>

#include "interposer/platform/atomic.h"
#include "interposer/platform/syscalls.h"
#include "interposer/state/process.h"

namespace lw {
namespace {

struct Family {
  u64 children;
};

u32 g_founder;  // its pid
Family* g_family;

}  // namespace

void note_founder() {
  g_founder = sys::process_id();
  process().pid = g_founder;
}

void found_family() {
  constexpr u64 kPage = 4096;
  const long at = sys::map(0, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
  if (!sys::failed(at)) g_family = reinterpret_cast<Family*>(at);
}

bool is_founder() { return sys::process_id() == g_founder; }

u64 join_family() { return g_family != nullptr ? add_relaxed(g_family->children, u64{1}) : 0; }

}  // namespace lw
