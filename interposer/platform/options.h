// SPDX-License-Identifier: Apache-2.0
// The settings, read once from the environment before main. The list itself, with defaults and what each accepts, is
// options.def.
#pragma once

#include "interposer/platform/local.h"
#include "interposer/platform/option_types.h"
#include "snapshot/layout.h"

namespace lw {

struct Options {
#define LW_OPTION(type, field, variable, default_text, accepts) type field;
#include "interposer/platform/options.def"
#undef LW_OPTION
  char program[128];  // argv[0] without its folders; what name patterns are compared with
  char name[64];      // the same, as it stands in file names
  bool is_child;      // an ancestor of this program was watched already
  bool watch;         // false: leave this program alone
};

LW_LOCAL extern Options g_options;

// Reads the environment. A value that cannot be understood gives one sentence on stderr and the default.
// `environment` is main's envp; LEAKWATCH_FOLLOW is renamed in place there to LEAKWATCH_WITHIN, by which programs
// that this one starts know that they are children.
void read_options(int argc, char** argv, char** environment);

// Whether a child made by fork alone is watched.
bool follows_forks();

}  // namespace lw
