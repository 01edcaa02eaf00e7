// SPDX-License-Identifier: Apache-2.0
// One small type for each form that a setting takes; parse() is false when a person's text is not of that form, and
// leaves the value alone. Texts are copied: programs such as nginx overwrite their environment to show a title.
#pragma once

#include "snapshot/layout.h"

namespace lw {

struct Directory {
  char path[768];  // "" = not set
};
struct Interval {
  u64 bytes;  // 0 = auto, 1 = every allocation
};
struct Share {
  u64 ppm;  // of one CPU
};
struct Duration {
  u64 ns;
};
struct Signal {
  int number;  // 0 = none
};
struct Count {
  u32 value;
};
struct Size {
  u64 bytes;
};
struct Depth {
  u32 frames;
};
enum class ReachMode : u32 { kOff, kExit, kFork, kAuto };
struct ReachWord {
  ReachMode mode;
};
struct Globs {
  char list[256];
};

bool parse(const char* text, Directory& value);
bool parse(const char* text, Interval& value);
bool parse(const char* text, Share& value);
bool parse(const char* text, Duration& value);
bool parse(const char* text, Signal& value);
bool parse(const char* text, Count& value);
bool parse(const char* text, Size& value);
bool parse(const char* text, Depth& value);
bool parse(const char* text, ReachWord& value);
bool parse(const char* text, Globs& value);

// Does `text` match one of the comma-separated globs? "all" matches everything, "none" nothing.
bool matches_any(const char* text, const Globs& globs);

}  // namespace lw
