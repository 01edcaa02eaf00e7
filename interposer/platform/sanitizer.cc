// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/sanitizer.h"

#include <dlfcn.h>
#include <sys/auxv.h>

#include "interposer/platform/log.h"
#include "interposer/platform/syscalls.h"

namespace lw {
namespace {

const char* sanitizer_name() {
  static constexpr struct {
    const char* symbol;
    const char* name;
  } kKnown[] = {{"__asan_init", "AddressSanitizer"},
                {"__tsan_init", "ThreadSanitizer"},
                {"__msan_init", "MemorySanitizer"},
                {"__hwasan_init", "HWAddressSanitizer"},
                {"__lsan_do_leak_check", "LeakSanitizer"}};
  for (const auto& known : kKnown) {
    if (dlsym(RTLD_DEFAULT, known.symbol) != nullptr) return known.name;
  }
  return nullptr;
}

constexpr char kPreload[] = "LD_PRELOAD=";

// The list of what is preloaded; nullptr: there is none.
char* preload_list(char** environment) {
  for (; *environment != nullptr; ++environment) {
    if (starts_with(*environment, kPreload)) return *environment + sizeof kPreload - 1;
  }
  return nullptr;
}

bool is_ours(const char* entry, u64 length) {
  constexpr char kOurs[] = "libleakwatch";
  for (u64 i = 0; i + sizeof kOurs - 1 <= length; ++i) {
    if (starts_with(entry + i, kOurs)) return true;
  }
  return false;
}

// Takes our entries out of the list in place: it only gets shorter.
void remove_ourselves(char* list) {
  char* to = list;
  for (const char* from = list; *from != '\0';) {
    u64 length = 0;
    while (from[length] != '\0' && from[length] != ':' && from[length] != ' ') ++length;
    if (!is_ours(from, length)) {
      if (to != list) *to++ = ':';
      for (u64 i = 0; i < length; ++i) *to++ = from[i];
    }
    from += from[length] == '\0' ? length : length + 1;
  }
  *to = '\0';
}

bool remove_from_environment(char** environment) {
  char* list = preload_list(environment);
  if (list == nullptr) return false;
  const u64 before = text_length(list);
  remove_ourselves(list);
  return text_length(list) < before;
}

}  // namespace

void step_aside_for_sanitizer(char** argv, char** environment) {
  const char* name = sanitizer_name();
  if (name == nullptr || !remove_from_environment(environment)) return;
  say(Sentence() << (argv[0] != nullptr ? argv[0] : "this program") << " was built with " << name
                 << ", which replaces malloc itself: it runs on without leakwatch. "
                 << "Use LeakSanitizer there, or a build without it.");
  const char* file = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  if (file != nullptr) sys::call(SYS_execve, sys::word(file), sys::word(argv), sys::word(environment));
  sys::call(SYS_execve, sys::word("/proc/self/exe"), sys::word(argv), sys::word(environment));
}

// valgrind preloads a library of each tool that needs one, and one for all tools.
bool valgrind_replaces_malloc(char** environment) {
  constexpr char kTools[] = "/vgpreload_";
  const char* list = preload_list(environment);
  for (; list != nullptr && *list != '\0'; ++list) {
    if (starts_with(list, kTools) && !starts_with(list + sizeof kTools - 1, "core")) return true;
  }
  return false;
}

}  // namespace lw
