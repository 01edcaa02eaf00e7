// SPDX-License-Identifier: Apache-2.0
// Loopback TCP: descriptors that close themselves, and connections that send and receive lines. Used by the service,
// whose sockets do not block, and by its load generator, whose sockets do.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

inline int check(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

inline sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// Port 0 lets the kernel choose a free one; port_of() tells which.
inline FileDescriptor listen_on_loopback(uint16_t port) {
  FileDescriptor listener(check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"));
  const int on = 1;
  check(setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "setsockopt");
  const sockaddr_in address = loopback(port);
  check(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  check(listen(listener.get(), SOMAXCONN), "listen");
  return listener;
}

inline uint16_t port_of(const FileDescriptor& listener) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  check(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
  return ntohs(address.sin_port);
}

inline FileDescriptor connect_to_loopback(uint16_t port) {
  FileDescriptor client(check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  const sockaddr_in address = loopback(port);
  check(connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
  return client;
}

class Connection {
 public:
  explicit Connection(FileDescriptor socket) : socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }

  // Takes in what has arrived. False: the peer has gone.
  bool receive() {
    char chunk[16 << 10];
    const ssize_t bytes = recv(fd(), chunk, sizeof chunk, 0);
    if (bytes > 0) received_.append(chunk, static_cast<size_t>(bytes));
    return bytes > 0 || (bytes < 0 && (errno == EAGAIN || errno == EINTR));
  }

  std::optional<std::string> next_line() {
    const size_t end = received_.find('\n');
    if (end == std::string::npos) return std::nullopt;
    std::string line = received_.substr(0, end);
    received_.erase(0, end + 1);
    return line;
  }

  size_t unread_bytes() const { return received_.size(); }

  void send(std::string_view text) { unsent_.append(text); }

  // Hands over what the socket takes now and keeps the rest. False: the peer has gone.
  bool flush() {
    while (has_unsent()) {
      const ssize_t bytes = ::send(fd(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
      if (bytes < 0) return errno == EAGAIN || errno == EINTR;
      unsent_.erase(0, static_cast<size_t>(bytes));
    }
    return true;
  }

  bool has_unsent() const { return !unsent_.empty(); }

 private:
  FileDescriptor socket_;
  std::string received_;
  std::string unsent_;
};
