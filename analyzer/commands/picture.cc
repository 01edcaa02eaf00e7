// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/picture.h"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <ctime>

namespace lw {
namespace {

constexpr size_t kNamesOfLargest = 100;
constexpr f64 kPausePerCpu = 4;

f64 cpu_time_s() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<f64>(used.tv_sec) + static_cast<f64>(used.tv_nsec) * 1e-9;
}

std::string formatted(const char* format, const std::tm& time) {
  char text[40];
  return {text, std::strftime(text, sizeof text, format, &time)};
}

}  // namespace

std::shared_ptr<const Picture> take_picture(LiveSeries& series, const WatchChoice& choice, const Picture* before,
                                            std::vector<u64> kept_unix_ns) {
  using namespace std::chrono;
  const auto began = steady_clock::now();
  const f64 cpu_before_s = cpu_time_s();
  if (before != nullptr) kept_unix_ns.push_back(before->taken_unix_ns);
  Opened opened = series.look(kept_unix_ns);
  if (choice.answer.reach.any()) {
    look_for_pointers(opened.observation, choice.answer.reach, choice.answer.symbols, opened.complaints);
  }
  auto picture = std::make_shared<Picture>();
  picture->taken_unix_ns = static_cast<u64>(system_clock::now().time_since_epoch().count());
  picture->complaints = std::exchange(opened.complaints, {});
  AnswerChoice answer = choice.answer;
  answer.names_of_largest = kNamesOfLargest;
  picture->answer = answer_on(std::move(opened), answer);
  picture->took_s = duration<f64>(steady_clock::now() - began).count();
  picture->cpu_s = cpu_time_s() - cpu_before_s;
  picture->number = before != nullptr ? before->number + 1 : 1;
  picture->over = series.over();
  // The first look reads debug data, of which only the names stay: tens of MiB that a long watch need not keep.
  answer.symbols.kept->put_files_down();
  if (before == nullptr) malloc_trim(0);
  return picture;
}

f64 pause_after(const Picture& picture, const WatchChoice& choice) {
  return std::max(choice.every_s - picture.took_s, kPausePerCpu * picture.cpu_s);
}

std::string time_text(u64 unix_ns) {
  const auto seconds = static_cast<std::time_t>(unix_ns / 1'000'000'000);
  std::tm time{};
  gmtime_r(&seconds, &time);
  return formatted("%Y-%m-%dT%H:%M:%SZ", time);
}

std::string clock_text(u64 unix_ns) {
  const auto seconds = static_cast<std::time_t>(unix_ns / 1'000'000'000);
  std::tm time{};
  localtime_r(&seconds, &time);
  return formatted("%H:%M:%S", time);
}

}  // namespace lw
