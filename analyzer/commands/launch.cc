// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace lw {
namespace {

volatile sig_atomic_t g_child = 0;

void pass_on(int signal) {
  const int saved = errno;
  if (g_child > 0) kill(static_cast<pid_t>(g_child), signal);
  errno = saved;
}

void set_action(int signal, void (*action)(int)) {
  struct sigaction how {};
  how.sa_handler = action;
  how.sa_flags = SA_RESTART;
  sigaction(signal, &how, nullptr);
}

// While the program runs, the terminal's signals are its own business.
void step_back() {
  set_action(SIGINT, SIG_IGN);
  set_action(SIGQUIT, SIG_IGN);
  set_action(SIGTERM, pass_on);
  set_action(SIGHUP, pass_on);
}

// In the child: becomes the program, or tells the parent through the pipe why not.
[[noreturn]] void become(const std::vector<std::string>& command,
                         const std::vector<std::pair<std::string, std::string>>& environment, int error_pipe) {
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  const int error = errno;
  (void)!write(error_pipe, &error, sizeof error);
  _exit(127);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Launch launch_and_wait(const std::vector<std::string>& command,
                       const std::vector<std::pair<std::string, std::string>>& environment) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return {0, 126, fmt::format("no pipe can be made: {}", std::strerror(errno))};
  // Between fork and step_back a signal would kill us and leave the program an orphan: it waits until then.
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  const pid_t pid = fork();
  if (pid == 0) {
    sigprocmask(SIG_SETMASK, &before, nullptr);
    become(command, environment, pipe_ends[1]);
  }
  const int fork_error = errno;
  g_child = pid;
  if (pid > 0) step_back();
  sigprocmask(SIG_SETMASK, &before, nullptr);
  close(pipe_ends[1]);
  int exec_error = 0;
  const bool failed = pid > 0 && read(pipe_ends[0], &exec_error, sizeof exec_error) == sizeof exec_error;
  close(pipe_ends[0]);
  if (pid < 0) return {0, 126, fmt::format("no process can be started: {}", std::strerror(fork_error))};
  const int status = wait_for(pid);
  g_child = 0;
  if (!failed) return {pid, status, ""};
  return {0, exec_error == ENOENT ? 127 : 126,
          fmt::format("{} cannot be started: {}", command[0], std::strerror(exec_error))};
}

}  // namespace lw
