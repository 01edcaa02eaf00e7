// SPDX-License-Identifier: Apache-2.0
// Pointers that the program has given to the kernel to keep: an event loop's only pointer to a connection is often
// the one that epoll gives back with each event.
#pragma once

#include <string>
#include <vector>

#include "snapshot/layout.h"

namespace lw {

// The data words of all epoll sets and POSIX timers. Requests under way in io_uring and aio cannot be seen.
std::vector<u64> words_kept_by_kernel(u64 pid);

// The words in one file of /proc/PID/fdinfo, and in /proc/PID/timers.
std::vector<u64> epoll_words(const std::string& fdinfo);
std::vector<u64> timer_words(const std::string& timers);

}  // namespace lw
