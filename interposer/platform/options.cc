// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/options.h"

#include "interposer/platform/log.h"
#include "interposer/platform/syscalls.h"

namespace lw {

constinit Options g_options{};

namespace {

// The value of `variable` in `environment`, or null. Not getenv: shells bring their own.
char* find_variable(char** environment, const char* variable) {
  const u64 length = text_length(variable);
  for (char** entry = environment; *entry != nullptr; ++entry) {
    if (starts_with(*entry, variable) && (*entry)[length] == '=') return *entry + length + 1;
  }
  return nullptr;
}

template <class Value>
void read_option(Value& value, char** environment, const char* variable, const char* default_text,
                 const char* accepts) {
  parse(default_text, value);
  const char* text = find_variable(environment, variable);
  if (text == nullptr || parse(text, value)) return;
  say(Sentence() << variable << " is \"" << text << "\", which is not " << accepts << "; using the default, "
                 << default_text << ".");
}

// Which text the program is known by: argv[0], as it says what a person started where /proc/self/exe may only say
// which multi-call binary stands behind it (Debian's redis-server is a link to redis-check-rdb).
const char* base_name(const char* path) {
  const char* base = path;
  for (const char* c = path; *c != '\0'; ++c) {
    if (*c == '/' && c[1] != '\0') base = c + 1;
  }
  return *base == '-' ? base + 1 : base;  // a login shell
}

void make_file_name(const char* program, char (&name)[64]) {
  u32 n = 0;
  for (; program[n] != '\0' && n < 48; ++n) {
    const char c = program[n];
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '+';
    name[n] = plain || (c == '.' && n > 0) ? c : '_';
  }
  if (n == 0) name[n++] = '_';
  name[n] = '\0';
}

constexpr char kFollow[] = "LEAKWATCH_FOLLOW";
constexpr char kWithin[] = "LEAKWATCH_WITHIN";
static_assert(sizeof kFollow == sizeof kWithin, "renamed in place");

// Children inherit the environment; a program that finds LEAKWATCH_WITHIN in its own has a watched ancestor.
void pass_follow_to_children(char** environment) {
  char* value = find_variable(environment, kFollow);
  if (value == nullptr) return;
  char* name = value - sizeof kFollow;
  for (u32 i = 0; i + 1 < sizeof kWithin; ++i) name[i] = kWithin[i];
}

}  // namespace

void read_options(int argc, char** argv, char** environment) {
#define LW_OPTION(type, field, variable, default_text, accepts) \
  read_option(g_options.field, environment, variable, default_text, accepts);
#include "interposer/platform/options.def"
#undef LW_OPTION
  copy_text(g_options.program, base_name(argc > 0 && argv[0] != nullptr ? argv[0] : ""));
  make_file_name(g_options.program, g_options.name);
  const char* within = find_variable(environment, kWithin);
  g_options.is_child = within != nullptr;
  if (within != nullptr) parse(within, g_options.follow);
  g_options.watch = matches_any(g_options.program, g_options.only) &&
                    (!g_options.is_child || matches_any(g_options.program, g_options.follow));
  pass_follow_to_children(environment);
}

bool follows_forks() { return g_options.watch && matches_any(g_options.program, g_options.follow); }

}  // namespace lw
