// SPDX-License-Identifier: Apache-2.0
// `watch` for logs and scripts: a line per event.
#include <fmt/format.h>
#include <poll.h>

#include <chrono>
#include <csignal>
#include <cstdio>

#include "analyzer/base/sentences.h"
#include "analyzer/base/signals.h"
#include "analyzer/commands/finding_command.h"
#include "analyzer/commands/watch.h"
#include "analyzer/watch/event_text.h"

namespace lw {
namespace {

using Clock = std::chrono::steady_clock;

// Commands that were started for the last findings have so long to end before we do.
constexpr f64 kGrace_s = 10;

f64 seconds_until(Clock::time_point time) { return std::chrono::duration<f64>(time - Clock::now()).count(); }

Clock::time_point in(f64 seconds) {
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<f64>(seconds));
}

class LineWatch {
 public:
  LineWatch(LiveSeries& series, const WatchChoice& choice)
      : series_(series),
        choice_(choice),
        signals_({SIGINT, SIGTERM, SIGHUP, SIGCHLD}),
        end_(end_of_process(series.pid())),
        command_(choice.command, false) {
    if (choice.for_s > 0) deadline_ = in(choice.for_s);
  }

  int run() {
    while (!stop_) {
      picture_ = take_picture(series_, choice_, picture_.get(), {});
      tell();
      stop_ = stop_ || picture_->over;
      if (!stop_) wait_for_the_next();
    }
    command_.wait(kGrace_s);
    tell_of_commands();
    if (command_.running() + command_.waiting() > 0) {
      complain(fmt::format("{} commands of --on-finding still run and {} wait; they are left to themselves",
                           command_.running(), command_.waiting()));
    }
    return damaged_ ? kDamaged : kDone;
  }

 private:
  void tell() {
    for (const std::string& sentence : picture_->complaints) complain(sentence);
    damaged_ = damaged_ || !picture_->complaints.empty();
    const Names& names = picture_->answer.names;
    const std::string time = time_text(picture_->taken_unix_ns);
    for (const WatchEvent& event : events_.take(picture_->answer.report, names)) {
      const std::string line = choice_.json ? event_json(event, time, names) : event_text(event, time, names);
      std::fputs(line.c_str(), stdout);
      if (event.news) command_.run(event.place, finding_json(event, names), *event.report->process);
    }
    if (std::fflush(stdout) != 0) stop_ = true;
    tell_of_commands();
  }

  void tell_of_commands() {
    for (const std::string& sentence : command_.look_after()) complain(sentence);
  }

  void wait_for_the_next() {
    const Clock::time_point next = in(pause_after(*picture_, choice_));
    while (!stop_) {
      const f64 left_s = std::min(seconds_until(next), deadline_ ? seconds_until(*deadline_) : 1e9);
      if (left_s <= 0) break;
      pollfd files[] = {{signals_.descriptor(), POLLIN, 0}, {end_.number(), POLLIN, 0}};
      poll(files, 2, static_cast<int>(left_s * 1000) + 1);
      take_signals();
      if (files[1].revents != 0) {
        end_ = Descriptor();  // it is told once
        return;
      }
    }
    if (deadline_ && seconds_until(*deadline_) <= 0) stop_ = true;
  }

  void take_signals() {
    while (const std::optional<int> signal = signals_.next()) {
      if (*signal == SIGCHLD) {
        tell_of_commands();
      } else {
        stop_ = true;
      }
    }
  }

  LiveSeries& series_;
  const WatchChoice& choice_;
  Signals signals_;
  Descriptor end_;
  FindingCommand command_;
  FindingEvents events_;
  std::shared_ptr<const Picture> picture_;
  std::optional<Clock::time_point> deadline_;
  bool stop_ = false, damaged_ = false;
};

}  // namespace

int watch_in_lines(LiveSeries& series, const WatchChoice& choice) { return LineWatch(series, choice).run(); }

}  // namespace lw
