// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/finding_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <thread>

#include "analyzer/base/descriptor.h"

namespace lw {
namespace {

// A file rather than a pipe: a command that does not read holds nobody up.
Descriptor file_with(const std::string& text) {
  Descriptor file(memfd_create("finding", MFD_CLOEXEC));
  for (size_t done = 0; file && done < text.size();) {
    const ssize_t written = write(file.number(), text.data() + done, text.size() - done);
    if (written <= 0) return Descriptor();
    done += static_cast<size_t>(written);
  }
  if (file) lseek(file.number(), 0, SEEK_SET);
  return file;
}

// Starts with the signals as a shell expects them, in a process group of its own, so that Ctrl-C is for us alone.
class Attributes {
 public:
  Attributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

class Streams {
 public:
  Streams(int input, bool silent) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    if (silent) posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
  }
  ~Streams() { posix_spawn_file_actions_destroy(&actions_); }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

// How a child ended that did not end well.
std::string bad_end(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was killed by signal {}", WTERMSIG(status));
  return WEXITSTATUS(status) == 0 ? "" : fmt::format("ended with status {}", WEXITSTATUS(status));
}

// The child's status, once it has ended.
std::optional<int> status_of(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, WNOHANG) != child) return {};
  return status;
}

}  // namespace

void FindingCommand::run(const std::string& what, std::string json, const Process& process) {
  if (command_.empty()) return;
  Order order{what, std::move(json), std::to_string(process.pid), process.name};
  if (running_.size() < kMostAtOnce) return start(std::move(order));
  waiting_.push_back(std::move(order));
  if (said_full_) return;
  said_full_ = true;
  sentences_.push_back(
      fmt::format("{} commands of --on-finding still run; what is found meanwhile waits for one of them "
                  "to end",
                  kMostAtOnce));
}

void FindingCommand::start(Order order) {
  const Descriptor input = file_with(order.json);
  const Streams streams(input.number(), silent_);
  const Attributes attributes;
  std::vector<std::string> variables = {"LEAKWATCH_FINDING_PID=" + order.pid,
                                        "LEAKWATCH_FINDING_PROCESS=" + order.process};
  std::vector<char*> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.push_back(*variable);
  for (std::string& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  char shell[] = "sh", flag[] = "-c";
  char* const words[] = {shell, flag, command_.data(), nullptr};
  pid_t child = 0;
  const int error =
      input ? posix_spawn(&child, "/bin/sh", streams.get(), attributes.get(), words, environment.data()) : errno;
  if (error == 0) {
    running_.push_back({child, std::move(order.what)});
  } else {
    sentences_.push_back(fmt::format("the command of --on-finding cannot be started: {}", std::strerror(error)));
  }
}

std::vector<std::string> FindingCommand::look_after() {
  std::erase_if(running_, [&](const Running& running) {
    const std::optional<int> status = status_of(running.child);
    if (!status) return false;
    const std::string wrong = bad_end(*status);
    if (!wrong.empty()) {
      sentences_.push_back(fmt::format("the command of --on-finding {}, for {}", wrong, running.what));
    }
    return true;
  });
  while (!waiting_.empty() && running_.size() < kMostAtOnce) {
    start(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  if (waiting_.empty()) said_full_ = false;
  return std::exchange(sentences_, {});
}

void FindingCommand::wait(double seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  std::vector<std::string> said;
  for (;;) {
    for (std::string& sentence : look_after()) said.push_back(std::move(sentence));
    if ((running_.empty() && waiting_.empty()) || std::chrono::steady_clock::now() >= until) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  sentences_ = std::move(said);
}

}  // namespace lw
