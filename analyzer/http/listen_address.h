// SPDX-License-Identifier: Apache-2.0
// Where to listen: "127.0.0.1:6060", "[::1]:0", "0.0.0.0:6060", "localhost:6060" or a port alone, which is one of this
// machine only. Names other than localhost are not looked up.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lw {

struct ListenAddress {
  sockaddr_storage socket_address{};
  socklen_t length = 0;

  bool loopback() const;     // nobody on another machine can ask
  std::string text() const;  // "127.0.0.1:6060", "[::1]:6060"
};

std::optional<ListenAddress> parse_listen_address(std::string_view text);

// A socket that listens there, or a sentence on why there is none. Its address is the real one where port 0 was asked
// for.
struct Listening {
  int socket = -1;
  ListenAddress address;
  std::string why_not;
};
Listening listen_on(const ListenAddress& address);

// Does a Host header name this machine as it names itself: localhost, 127.0.0.1, [::1], with or without a port? A web
// page whose name was made to point to 127.0.0.1 (DNS rebinding) sends its own.
bool names_loopback(std::string_view host);

}  // namespace lw
