// SPDX-License-Identifier: Apache-2.0
#include "analyzer/base/pager.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace lw {
namespace {

bool is_longer_than_the_screen(const std::string& text) {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return false;
  return std::count(text.begin(), text.end(), '\n') >= size.ws_row;
}

// The pager may end before it has read everything: its user has seen enough.
bool went_through_a_pager(const std::string& text) {
  const char* chosen = std::getenv("PAGER");
  const std::string pager = chosen != nullptr ? chosen : "less";
  if (pager.empty() || pager == "cat") return false;
  setenv("LESS", "FRX", 0);
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  std::fflush(stdout);
  std::FILE* pipe = popen(pager.c_str(), "w");
  if (pipe == nullptr) return false;
  std::fwrite(text.data(), 1, text.size(), pipe);
  const int status = pclose(pipe);
  std::signal(SIGPIPE, before);
  constexpr int kNotFound = 127;
  return !(WIFEXITED(status) && WEXITSTATUS(status) == kNotFound);
}

}  // namespace

void show_to_person(const std::string& text) {
  if (is_longer_than_the_screen(text) && went_through_a_pager(text)) return;
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace lw
