// SPDX-License-Identifier: Apache-2.0
#include "analyzer/http/listen_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace lw {
namespace {

struct HostAndPort {
  std::string host;
  std::string_view port;  // empty if there is none
};

// "[::1]:80", "name:80", "name"; nothing if the brackets do not match. "::1" alone is ambiguous and taken for neither.
std::optional<HostAndPort> split(std::string_view text) {
  size_t end = 0;  // of the host
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos) return {};
    ++end;
  } else {
    end = std::min(text.find(':'), text.size());
  }
  std::string host(text.substr(0, end));
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  if (end == text.size()) return HostAndPort{host, {}};
  if (text[end] != ':') return {};
  return HostAndPort{host, text.substr(end + 1)};
}

std::optional<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return port;
}

bool is_localhost(const std::string& host) { return strcasecmp(host.c_str(), "localhost") == 0; }

bool loopback4(const in_addr& address) { return (ntohl(address.s_addr) >> 24) == 127; }

const sockaddr* plain(const ListenAddress& address) {
  return reinterpret_cast<const sockaddr*>(&address.socket_address);
}

std::string why_not_listening(const ListenAddress& address, int error) {
  const std::string text = address.text();
  switch (error) {
    case EADDRINUSE:
      return fmt::format("another program listens on {} already; --listen 127.0.0.1:0 takes a free port", text);
    case EACCES:
      return fmt::format("{} may not be listened on: ports below 1024 are root's", text);
    case EADDRNOTAVAIL:
      return fmt::format("{} is no address of this machine", text);
    default:
      return fmt::format("{} cannot be listened on: {}", text, std::strerror(error));
  }
}

}  // namespace

bool ListenAddress::loopback() const {
  if (socket_address.ss_family == AF_INET6) {
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(socket_address).sin6_addr);
  }
  return loopback4(reinterpret_cast<const sockaddr_in&>(socket_address).sin_addr);
}

std::string ListenAddress::text() const {
  char host[INET6_ADDRSTRLEN] = {};
  if (socket_address.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(socket_address);
    inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof host);
    return fmt::format("[{}]:{}", host, ntohs(six.sin6_port));
  }
  const auto& four = reinterpret_cast<const sockaddr_in&>(socket_address);
  inet_ntop(AF_INET, &four.sin_addr, host, sizeof host);
  return fmt::format("{}:{}", host, ntohs(four.sin_port));
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  std::optional<HostAndPort> parts = split(text);
  if (!parts) return {};
  if (const auto alone = parse_port(text)) parts = HostAndPort{"127.0.0.1", text};
  if (is_localhost(parts->host)) parts->host = "127.0.0.1";
  const std::optional<uint16_t> port = parse_port(parts->port);
  if (!port) return {};

  ListenAddress address;
  auto& four = reinterpret_cast<sockaddr_in&>(address.socket_address);
  if (inet_pton(AF_INET, parts->host.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(*port);
    address.length = sizeof four;
    return address;
  }
  auto& six = reinterpret_cast<sockaddr_in6&>(address.socket_address);
  if (inet_pton(AF_INET6, parts->host.c_str(), &six.sin6_addr) != 1) return {};
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(*port);
  address.length = sizeof six;
  return address;
}

Listening listen_on(const ListenAddress& wanted) {
  constexpr int kBacklog = 64;
  Listening result;
  result.address = wanted;
  const int listener = socket(wanted.socket_address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;  // a server that is started again does not wait for the connections of the one before
  if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(listener, plain(wanted), wanted.length) != 0 || listen(listener, kBacklog) != 0) {
    result.why_not = why_not_listening(wanted, errno);
    if (listener >= 0) close(listener);
    return result;
  }
  result.address.length = sizeof result.address.socket_address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&result.address.socket_address), &result.address.length);
  result.socket = listener;
  return result;
}

bool names_loopback(std::string_view host) {
  const std::optional<HostAndPort> parts = split(host);
  if (!parts || (!parts->port.empty() && !parse_port(parts->port))) return false;
  in_addr four{};
  in6_addr six{};
  if (inet_pton(AF_INET, parts->host.c_str(), &four) == 1) return loopback4(four);
  if (inet_pton(AF_INET6, parts->host.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
  return is_localhost(parts->host);
}

}  // namespace lw
