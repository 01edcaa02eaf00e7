// SPDX-License-Identifier: Apache-2.0
// `watch` as a screen: waits for keys, signals, new pictures and the end of the process, and draws after each.
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>

#include "analyzer/base/screen.h"
#include "analyzer/base/signals.h"
#include "analyzer/commands/finding_command.h"
#include "analyzer/commands/looker.h"
#include "analyzer/commands/watch.h"
#include "analyzer/watch/event_text.h"
#include "analyzer/watch/lines.h"

namespace lw {
namespace {

using Clock = std::chrono::steady_clock;

// What is said on stderr while the screen is another's is said when it is not.
class HeldBackWords {
 public:
  HeldBackWords() : held_(memfd_create("stderr", MFD_CLOEXEC)), before_(dup(STDERR_FILENO)) {
    std::fflush(stderr);
    if (held_ && before_) dup2(held_.number(), STDERR_FILENO);
  }
  ~HeldBackWords() {
    std::fflush(stderr);
    if (!held_ || !before_) return;
    dup2(before_.number(), STDERR_FILENO);
    char words[4096];
    lseek(held_.number(), 0, SEEK_SET);
    for (ssize_t got; (got = read(held_.number(), words, sizeof words)) > 0;) {
      (void)!write(STDERR_FILENO, words, static_cast<size_t>(got));
    }
  }
  HeldBackWords(const HeldBackWords&) = delete;
  HeldBackWords& operator=(const HeldBackWords&) = delete;

 private:
  Descriptor held_, before_;
};

class ScreenWatch {
 public:
  ScreenWatch(const WatchChoice& choice, u64 pid, Signals& signals, Looker& looker, Screen& screen,
              const Terminal& terminal)
      : signals_(signals),
        looker_(looker),
        screen_(screen),
        terminal_(terminal),
        end_(end_of_process(pid)),
        command_(choice.command, true) {
    looking_.target = choice.target;
    looking_.every = fmt::format("{:g} s", choice.every_s);
    folder_ = pid == 0;
    if (choice.for_s > 0) {
      deadline_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<f64>(choice.for_s));
    }
  }

  void run() {
    while (!state_.quit) {
      draw();
      wait();
      take_signals();
      take_news();
      while (const std::optional<Key> key = screen_.key()) take_key(*key);
    }
  }

 private:
  Glass glass() const {
    Glass glass{screen_.size(), terminal_};
    glass.terminal.width = glass.size.columns;
    return glass;
  }

  void draw() {
    if (shown_ == nullptr) {
      screen_.show({ScreenLine(), ScreenLine{Span{"  Looking at " + looking_.target + " for the first time …"}}});
      return;
    }
    const Answer& answer = shown_->answer;
    const BoardChoice wanted = board_choice(state_, watched_since_unix_ns_);
    if (board_ == nullptr || !(wanted == board_->choice)) {
      board_ = std::make_unique<Board>(board_of(answer.observation, answer.report, answer.names, wanted));
    }
    const Glass now = glass();
    settle(state_, *board_, room_of(state_, *board_, looking_, now), text_of(state_, *board_, now).size());
    screen_.show(screen_lines(state_, *board_, looking_, now));
  }

  void wait() {
    pollfd files[] = {{STDIN_FILENO, POLLIN, 0},
                      {signals_.descriptor(), POLLIN, 0},
                      {looker_.descriptor(), POLLIN, 0},
                      {end_.number(), POLLIN, 0}};
    int left_ms = -1;
    if (deadline_) {
      left_ms = static_cast<int>(
          std::max<i64>(0, std::chrono::duration_cast<std::chrono::milliseconds>(*deadline_ - Clock::now()).count()));
    }
    poll(files, std::size(files), left_ms);
    if ((files[0].revents & (POLLHUP | POLLERR)) != 0) state_.quit = true;  // the terminal has gone
    if (files[3].revents != 0) {
      end_ = Descriptor();  // it is told once
      looker_.look_now();
    }
    if (deadline_ && Clock::now() >= *deadline_) state_.quit = true;
  }

  void take_signals() {
    while (const std::optional<int> signal = signals_.next()) {
      switch (*signal) {
        case SIGWINCH:
          screen_.take_new_size();
          break;
        case SIGCHLD:
          take_words_of_commands();
          break;
        case SIGTSTP:
          screen_.step_aside();
          Signals::suffer(SIGTSTP);
          screen_.come_back();
          break;
        case SIGCONT:
          screen_.come_back();
          break;
        default:
          state_.quit = true;
      }
    }
  }

  void take_news() {
    std::shared_ptr<const Picture> newest = looker_.newest();
    if (newest == nullptr || newest == newest_) return;
    newest_ = std::move(newest);
    if (watched_since_unix_ns_ == 0) begin_with(*newest_);
    if (!newest_->complaints.empty()) looking_.trouble = newest_->complaints.back();
    const Names& names = newest_->answer.names;
    for (const WatchEvent& event : events_.take(newest_->answer.report, names)) {
      if (event.news) command_.run(event.place, finding_json(event, names), *event.report->process);
    }
    take_words_of_commands();
    if (!state_.held) show_newest();
  }

  // A single process needs no choice; of the images that an exec makes of it the last one is meant.
  void begin_with(const Picture& first) {
    watched_since_unix_ns_ = first.taken_unix_ns;
    const std::vector<Process>& processes = first.answer.observation.processes;
    if (folder_ && processes.size() != 1) {
      if (processes.size() > 1) state_.view = View::kProcesses;
    } else if (!processes.empty()) {
      state_.process = key_of(processes.back());
    }
  }

  void show_newest() {
    if (shown_ == newest_) return;
    shown_ = newest_;
    board_ = nullptr;
    looking_.looks = shown_->number;
    looking_.clock = clock_text(shown_->taken_unix_ns);
    follow_exec();
  }

  void follow_exec() {
    const std::vector<Process>& processes = shown_->answer.observation.processes;
    if (folder_ || processes.empty() || processes.size() == images_) return;
    if (images_ > 0) state_.process = key_of(processes.back());
    images_ = processes.size();
  }

  void take_words_of_commands() {
    for (std::string& sentence : command_.look_after()) looking_.trouble = std::move(sentence);
  }

  void take_key(const Key& key) {
    if (board_ == nullptr) {
      if (key.is("q") || key.name == KeyName::kEscape) state_.quit = true;
      return;
    }
    const std::optional<u64> mark = state_.mark_unix_ns;
    looking_.trouble.clear();
    press(state_, key, *board_, {shown_->taken_unix_ns, room_of(state_, *board_, looking_, glass())});
    if (state_.mark_unix_ns != mark) looker_.keep(state_.mark_unix_ns);
    if (!state_.held && newest_ != shown_) show_newest();
    // The next key may ask for what this one has changed.
    if (!(board_ != nullptr && board_choice(state_, watched_since_unix_ns_) == board_->choice)) draw();
  }

  Signals& signals_;
  Looker& looker_;
  Screen& screen_;
  const Terminal& terminal_;
  Descriptor end_;
  FindingCommand command_;
  FindingEvents events_;
  WatchState state_;
  Looking looking_;
  bool folder_ = false;
  u64 watched_since_unix_ns_ = 0;
  size_t images_ = 0;
  std::optional<Clock::time_point> deadline_;
  std::shared_ptr<const Picture> newest_, shown_;
  std::unique_ptr<Board> board_;  // of what is shown
};

}  // namespace

int watch_on_screen(LiveSeries& series, const WatchChoice& choice) {
  const Terminal terminal = terminal_behind(STDOUT_FILENO);
  Signals signals({SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGWINCH, SIGTSTP, SIGCONT});
  Looker looker(series, choice);  // ends last: it may be in the middle of a look that nobody waits for
  const HeldBackWords words;
  const std::unique_ptr<Screen> screen = Screen::open(terminal);
  if (screen != nullptr) ScreenWatch(choice, series.pid(), signals, looker, *screen, terminal).run();
  return kDone;
}

}  // namespace lw
