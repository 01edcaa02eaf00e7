// SPDX-License-Identifier: Apache-2.0
// A key-value service with two leaks of the kinds that real servers have, and beside them three things that allocate
// just as much and leak nothing.
//
//   SessionRegistry::remember    a registry in which nothing expires             growing
//   reply_with_error             a rare path that forgets its buffer             growing
//   LruCache::put                a cache at its capacity                         quiet
//   load_tenant_limits           a table filled at start-up                      quiet
//   parse_request                garbage of every request, freed with it         quiet
//
// leaky_service [--port N] [--threads N] [--cache-entries N] [--expire-sessions] [--free-error-buffers]
//               [--without-leaks]
//
// It prints `listening on 127.0.0.1:PORT` and serves until SIGTERM or SIGINT. service_load.cc makes the traffic;
// request.h has the protocol. examples/expectations.txt says which verdict each choice of flags must get.

#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "service/arguments.h"
#include "service/lru_cache.h"
#include "service/request.h"
#include "service/session_registry.h"
#include "service/socket.h"
#include "service/tenant_limits.h"

constexpr size_t kLongestLineBytes = 4096;
constexpr size_t kSessionsKept = 1000;
constexpr unsigned kErrorsLogged = 3;  // a broken client must not fill the disk with our log

struct Options {
  uint16_t port = 0;
  size_t threads = 3;
  size_t cache_entries = 2000;
  bool expire_sessions = false;
  bool free_error_buffers = false;
};

// The answers, shared by all workers.
class Service {
 public:
  explicit Service(const Options& options)
      : free_error_buffers_(options.free_error_buffers),
        limits_(load_tenant_limits()),
        sessions_(options.expire_sessions ? std::optional(kSessionsKept) : std::nullopt),
        cache_(options.cache_entries) {}

  // False: the client has said good-bye.
  bool answer(const std::string& line, Connection& client) {
    const std::optional<Request> request = parse_request(line);
    if (!request) {
      reply_with_error(line, client);
      return true;
    }
    switch (request->verb) {
      case Request::Verb::kGet:
        sessions_.remember(*request);
        reply_with_value(*request, client);
        return true;
      case Request::Verb::kPut:
        sessions_.remember(*request);
        store(*request, client);
        return true;
      case Request::Verb::kStats:
        reply_with_stats(client);
        return true;
      case Request::Verb::kQuit:
        return false;
    }
    return false;
  }

 private:
  void reply_with_value(const Request& request, Connection& client) {
    const std::optional<std::string> value = cache_.get(request.key);
    client.send(value ? "VALUE " + *value + "\n" : "NONE\n");
  }

  void store(const Request& request, Connection& client) {
    const auto limit = limits_.find(request.tenant());
    if (limit == limits_.end() || request.value.size() > limit->second) {
      client.send("REFUSED\n");
      return;
    }
    cache_.put(request.key, request.value);
    client.send("STORED\n");
  }

  void reply_with_stats(Connection& client) {
    client.send("sessions=" + std::to_string(sessions_.size()) + " cached=" + std::to_string(cache_.size()) +
                " malformed=" + std::to_string(malformed_) + "\n");
  }

  // Leak (b): the excerpt is freed on the road that everybody tests, and forgotten on the one taken when the log is
  // full.
  void reply_with_error(const std::string& line, Connection& client) {
    char* excerpt = strdup(line.c_str());
    client.send("ERROR malformed request\n");
    if (++malformed_ > kErrorsLogged) {
      if (free_error_buffers_) free(excerpt);
      return;
    }
    fprintf(stderr, "leaky_service: malformed request: %.60s\n", excerpt);
    free(excerpt);
  }

  const bool free_error_buffers_;
  const TenantLimits limits_;
  SessionRegistry sessions_;
  LruCache cache_;
  std::atomic<unsigned> malformed_{0};
};

// One thread and the clients it has accepted.
class Worker {
 public:
  Worker(Service& service, const FileDescriptor& listener, const FileDescriptor& stop)
      : service_(service),
        listener_(listener.get()),
        stop_(stop.get()),
        epoll_(check(epoll_create1(EPOLL_CLOEXEC), "epoll")) {
    watch(EPOLL_CTL_ADD, listener_, EPOLLIN | EPOLLEXCLUSIVE);  // one worker wakes per client, not all
    watch(EPOLL_CTL_ADD, stop_, EPOLLIN);
  }

  void run() {
    epoll_event events[64];
    while (true) {
      const int ready = epoll_wait(epoll_.get(), events, std::size(events), -1);
      for (int i = 0; i < ready; ++i) {
        const int fd = events[i].data.fd;
        if (fd == stop_) return;
        if (fd == listener_) {
          accept_client();
        } else {
          serve(clients_.at(fd), events[i].events);
        }
      }
    }
  }

 private:
  void accept_client() {
    FileDescriptor socket(accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    const int fd = socket.get();
    if (fd < 0) return;  // another worker was quicker, or the client has gone
    clients_.emplace(fd, std::move(socket));
    watch(EPOLL_CTL_ADD, fd, EPOLLIN);
  }

  void serve(Connection& client, uint32_t events) {
    const bool was_full = client.has_unsent();
    bool stays = (events & EPOLLIN) == 0 || client.receive();
    while (stays) {
      const std::optional<std::string> line = client.next_line();
      if (!line) break;
      stays = service_.answer(*line, client);
    }
    stays =
        client.flush() && stays && client.unread_bytes() <= kLongestLineBytes && (events & (EPOLLERR | EPOLLHUP)) == 0;

    if (!stays) {
      clients_.erase(client.fd());  // closes the socket, which also takes it out of epoll
    } else if (client.has_unsent() != was_full) {
      watch(EPOLL_CTL_MOD, client.fd(), client.has_unsent() ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
  }

  void watch(int operation, int fd, uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    check(epoll_ctl(epoll_.get(), operation, fd, &event), "epoll_ctl");
  }

  Service& service_;
  const int listener_;
  const int stop_;
  FileDescriptor epoll_;
  std::unordered_map<int, Connection> clients_;
};

// Every thread started later inherits the mask, so that the signals wait for wait_for_signal() in the main thread.
sigset_t block_stop_signals() {
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  return stop_signals;
}

void run_service(const Options& options) {
  const sigset_t stop_signals = block_stop_signals();
  Service service(options);
  const FileDescriptor listener = listen_on_loopback(options.port);
  const FileDescriptor stop(check(eventfd(0, EFD_CLOEXEC), "eventfd"));

  std::vector<std::thread> threads;
  for (size_t i = 0; i < options.threads; ++i) {
    threads.emplace_back([&] { Worker(service, listener, stop).run(); });
    pthread_setname_np(threads.back().native_handle(), ("worker-" + std::to_string(i)).c_str());
  }
  printf("listening on 127.0.0.1:%u\n", port_of(listener));
  fflush(stdout);

  int signal = 0;
  sigwait(&stop_signals, &signal);
  check(eventfd_write(stop.get(), 1), "eventfd_write");  // never read, so that it wakes every worker
  for (std::thread& thread : threads) thread.join();
}

[[noreturn]] void explain_usage() {
  fprintf(stderr,
          "usage: leaky_service [--port N] [--threads N] [--cache-entries N] [--expire-sessions]\n"
          "                     [--free-error-buffers] [--without-leaks]\n");
  exit(2);
}

Options parse_options(int argc, char** argv) {
  enum Flag { kPort, kThreads, kCacheEntries, kExpireSessions, kFreeErrorBuffers, kWithoutLeaks };
  const option flags[] = {{"port", required_argument, nullptr, kPort},
                          {"threads", required_argument, nullptr, kThreads},
                          {"cache-entries", required_argument, nullptr, kCacheEntries},
                          {"expire-sessions", no_argument, nullptr, kExpireSessions},
                          {"free-error-buffers", no_argument, nullptr, kFreeErrorBuffers},
                          {"without-leaks", no_argument, nullptr, kWithoutLeaks},
                          {}};
  Options options;
  for (int flag; (flag = getopt_long(argc, argv, "", flags, nullptr)) != -1;) {
    switch (flag) {
      case kPort:
        options.port = number_from<uint16_t>(optarg);
        break;
      case kThreads:
        options.threads = number_from<size_t>(optarg);
        break;
      case kCacheEntries:
        options.cache_entries = number_from<size_t>(optarg);
        break;
      case kExpireSessions:
        options.expire_sessions = true;
        break;
      case kFreeErrorBuffers:
        options.free_error_buffers = true;
        break;
      case kWithoutLeaks:
        options.expire_sessions = options.free_error_buffers = true;
        break;
      default:
        explain_usage();
    }
  }
  if (optind != argc) explain_usage();
  return options;
}

int main(int argc, char** argv) {
  try {
    run_service(parse_options(argc, argv));
  } catch (const std::exception& error) {
    fprintf(stderr, "leaky_service: %s\n", error.what());
    return 1;
  }
}
