// SPDX-License-Identifier: Apache-2.0
// Work on a long list, shared out among the processors.
#pragma once

#include <algorithm>
#include <cstddef>
#include <future>
#include <thread>
#include <vector>

namespace lw {

// Calls work(first, count) for parts that cover [0, count), on several threads at once if each gets at least `least`.
// What it throws arrives at the caller.
template <typename Work>
void in_parts(size_t count, size_t least, const Work& work) {
  const size_t processors = std::max(1u, std::thread::hardware_concurrency());
  const size_t threads = std::clamp<size_t>(count / std::max<size_t>(least, 1), 1, processors);
  const size_t part = (count + threads - 1) / threads;
  std::vector<std::future<void>> parts;
  for (size_t first = part; first < count; first += part) {
    parts.push_back(std::async(std::launch::async, work, first, std::min(part, count - first)));
  }
  work(size_t{0}, std::min(part, count));
  for (std::future<void>& one : parts) one.get();
}

}  // namespace lw
