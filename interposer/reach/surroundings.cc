// SPDX-License-Identifier: Apache-2.0
#include "interposer/reach/surroundings.h"

#include "interposer/platform/lines.h"
#include "interposer/platform/small_file.h"
#include "interposer/platform/text.h"

namespace lw {
namespace {

Surroundings& surroundings(void* self) { return *static_cast<Surroundings*>(self); }

// "running", "-1 0xSP 0xPC", or "NUMBER 0xA1 … 0xA6 0xSP 0xPC".
void look_at_thread(const char* tid, Surroundings& to) {
  Text<64> path;
  path << "/proc/self/task/" << tid << "/syscall";
  char line[256];
  line[read_small_file(path.c_str(), line, sizeof line - 1)] = '\0';
  const bool waits = line[0] >= '0' && line[0] <= '9';
  to.hidden += waits ? kHiddenWaiting : kHiddenRunning;
  const char* at = line;
  for (u32 argument = 0; waits && argument < 6; ++argument) {
    while (*at != ' ' && *at != '\0') ++at;
    if (!starts_with(at, " 0x")) break;
    at += 3;
    to.add(take_hexadecimal(at));
  }
}

void take_thread(void* self, const char* tid) {
  Text<16> own;
  own << sys::thread_id();
  if (same_text(tid, own.c_str())) return;
  ++surroundings(self).other_threads;
  look_at_thread(tid, surroundings(self));
}

// The hexadecimal number behind `label`, wherever in the line that stands.
void take_word(void* self, const char* line, const char* label) {
  for (; *line != '\0'; ++line) {
    if (!starts_with(line, label)) continue;
    line += text_length(label);
    while (*line == ' ') ++line;
    return surroundings(self).add(take_hexadecimal(line));
  }
}

// "tfd:        5 events:       19 data:     7f0012345678  pos:0 ino:…"
void take_epoll_line(void* self, char* line) {
  if (starts_with(line, "tfd:")) take_word(self, line, " data:");
}

// "signal: 60/00007fff86e452a8"
void take_timer_line(void* self, char* line) {
  if (starts_with(line, "signal: ")) take_word(self, line, "/");
}

void take_descriptor(void* self, const char* number) {
  Text<64> link, details;
  link << "/proc/self/fd/" << number;
  char target[32];
  const long length = sys::readlink(link.c_str(), target, sizeof target - 1);
  if (length <= 0) return;
  target[length] = '\0';
  if (!same_text(target, "anon_inode:[eventpoll]")) return;
  details << "/proc/self/fdinfo/" << number;
  read_lines(details.c_str(), self, take_epoll_line);
}

}  // namespace

void Surroundings::clear() {
  complete = true;
  other_threads = hidden = count = 0;
}

void Surroundings::add(u64 word) {
  complete = complete && count < kMostWords;
  if (count < kMostWords) words[count++] = word;
}

void Surroundings::look_at_other_threads() { complete &= read_folder("/proc/self/task", this, take_thread); }
void Surroundings::look_at_epoll_sets() { complete &= read_folder("/proc/self/fd", this, take_descriptor); }
void Surroundings::look_at_timers() { read_lines("/proc/self/timers", this, take_timer_line); }

}  // namespace lw
